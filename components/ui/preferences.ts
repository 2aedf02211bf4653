"use client";
/**
 * What one person prefers, kept in `localStorage` under one key and read as an external store.
 * The theme is also applied before the first paint by `theme-script.ts`.
 */
import { useSyncExternalStore } from "react";
import { PREFERENCES_KEY } from "@/components/ui/theme-script";
import { ZONES, type Zone } from "@/components/ui/time-text";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const DENSITIES = ["normal", "dense"] as const;
export type Density = (typeof DENSITIES)[number];

/** Forms in which a query is taken to Hubble. */
export const HUBBLE_FORMS = ["observe", "filters", "exporter", "configmap", "helm"] as const;
export type HubbleForm = (typeof HUBBLE_FORMS)[number];

export type Preferences = {
  theme: Theme;
  zone: Zone;
  density: Density;
  /** Sections of the table that stand folded. */
  folded: readonly string[];
  /** Columns of the table of drops; empty for the usual ones. */
  columns: readonly string[];
  /** The form in which a query was last copied for Hubble. */
  hubbleForm: HubbleForm;
  /** Whether the facet list stands beside the table. */
  facets: boolean;
  /** Fields of the facet list that stand folded. */
  foldedFacets: readonly string[];
};

export const DEFAULT_PREFERENCES: Preferences = {
  theme: "system",
  zone: "utc",
  density: "normal",
  folded: ["expected"],
  columns: [],
  hubbleForm: "observe",
  facets: true,
  foldedFacets: ["certainty", "direction", "proto", "node", "cluster", "source"],
};

/** Reads stored text; whatever is missing or not understood falls back to its default. */
export function parsePreferences(text: string | null): Preferences {
  const stored = parseObject(text);
  const oneOf = <T extends string>(allowed: readonly T[], value: unknown, otherwise: T): T =>
    allowed.find((candidate) => candidate === value) ?? otherwise;
  const listOf = (value: unknown, otherwise: readonly string[], max: number) =>
    Array.isArray(value)
      ? value.filter((name): name is string => typeof name === "string").slice(0, max)
      : otherwise;
  return {
    theme: oneOf(THEMES, stored.theme, DEFAULT_PREFERENCES.theme),
    zone: oneOf(ZONES, stored.zone, DEFAULT_PREFERENCES.zone),
    density: oneOf(DENSITIES, stored.density, DEFAULT_PREFERENCES.density),
    folded: listOf(stored.folded, DEFAULT_PREFERENCES.folded, 8),
    columns: listOf(stored.columns, DEFAULT_PREFERENCES.columns, 40),
    hubbleForm: oneOf(HUBBLE_FORMS, stored.hubbleForm, DEFAULT_PREFERENCES.hubbleForm),
    facets: typeof stored.facets === "boolean" ? stored.facets : DEFAULT_PREFERENCES.facets,
    foldedFacets: listOf(stored.foldedFacets, DEFAULT_PREFERENCES.foldedFacets, 40),
  };
}

function parseObject(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

let current: Preferences | null = null;
const listeners = new Set<() => void>();

function read(): Preferences {
  current ??= parsePreferences(storage()?.getItem(PREFERENCES_KEY) ?? null);
  return current;
}

/** `localStorage`, or null where the browser forbids it. */
function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  const onStorage = (event: StorageEvent) => {
    if (event.key !== PREFERENCES_KEY) return;
    current = null;
    listener();
  };
  window.addEventListener("storage", onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", onStorage);
  };
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...read(), ...change };
  storage()?.setItem(PREFERENCES_KEY, JSON.stringify(current));
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, read, () => DEFAULT_PREFERENCES);
}
