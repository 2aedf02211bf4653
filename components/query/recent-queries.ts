"use client";
/**
 * The queries last applied in this browser, newest first, in `localStorage` under one key. What is
 * stored may be of another version or written by anyone, so each is read again before it is shown.
 */
import { useSyncExternalStore } from "react";
import { formatQuery } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import { MAX_QUERY_LENGTH } from "@/lib/query/query";

export const RECENT_KEY = "droplens.recent-queries";
export const MAX_RECENT = 12;

/** Stored text as queries in canonical spelling; what does not parse is left out. */
export function parseRecent(text: string | null): readonly string[] {
  const found = new Set<string>();
  for (const entry of parseArray(text)) {
    if (found.size === MAX_RECENT) break;
    const q = typeof entry === "string" ? canonicalOf(entry) : null;
    if (q !== null) found.add(q);
  }
  return [...found];
}

/** The list with `q` as its newest; as it is when there is nothing to remember. */
export function withRecent(recent: readonly string[], q: string): readonly string[] {
  const canonical = canonicalOf(q);
  if (canonical === null) return recent;
  return [canonical, ...recent.filter((other) => other !== canonical)].slice(0, MAX_RECENT);
}

function canonicalOf(q: string): string | null {
  const parsed = parseQuery(q);
  if (!parsed.ok || parsed.query.terms.length === 0) return null;
  const canonical = formatQuery(parsed.query);
  return canonical.length > MAX_QUERY_LENGTH ? null : canonical;
}

function parseArray(text: string | null): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

const NOTHING: readonly string[] = [];
let current: readonly string[] | null = null;
const listeners = new Set<() => void>();

export function useRecentQueries(): readonly string[] {
  return useSyncExternalStore(subscribe, read, () => NOTHING);
}

export function rememberQuery(q: string): void {
  write(withRecent(read(), q));
}

export function forgetQuery(q: string): void {
  write(read().filter((other) => other !== q));
}

export function forgetAllQueries(): void {
  write(NOTHING);
}

function read(): readonly string[] {
  current ??= parseRecent(stored());
  return current;
}

/** Null where the browser forbids storage or holds nothing. */
function stored(): string | null {
  try {
    return window.localStorage.getItem(RECENT_KEY);
  } catch {
    return null;
  }
}

function write(recent: readonly string[]): void {
  current = recent;
  try {
    window.localStorage.setItem(RECENT_KEY, JSON.stringify(recent));
  } catch {
    // Forbidden or full: the list then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  const onStorage = (event: StorageEvent) => {
    if (event.key !== RECENT_KEY && event.key !== null) return;
    current = null;
    listener();
  };
  window.addEventListener("storage", onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", onStorage);
  };
}
