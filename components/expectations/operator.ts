"use client";
/**
 * Who acts. Where nothing signs people in, a person gives a name once and this browser keeps it;
 * the server marks what is signed so as unverified.
 */
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { fetchJson } from "@/components/ui/fetch-json";

export type Operator = {
  name: string;
  verified: boolean;
  /** May change something. */
  mayWrite: boolean;
  /** How many days from now an expectation may last at most; 0 for no maximum. */
  maxDays: number;
};

const KEY = "droplens-operator";
const MAX_NAME = 80;
const SUGGESTED_MAX_DAYS = 365;

/** The server's word where it has one, else the name this browser keeps. */
export function useOperator(): Operator {
  const claimed = useClaimedName();
  const me = useQuery({
    queryKey: ["me"],
    staleTime: 60_000,
    queryFn: async ({ signal }) => readMe(await fetchJson("/api/me", signal)),
  });
  const known = me.data ?? UNKNOWN;
  return { ...known, name: known.verified ? known.name : claimed };
}

const UNKNOWN: Operator = {
  name: "",
  verified: false,
  mayWrite: true,
  maxDays: SUGGESTED_MAX_DAYS,
};

function readMe(value: unknown): Operator {
  const me: Record<string, unknown> =
    typeof value === "object" && value !== null ? { ...value } : {};
  return {
    name: typeof me.name === "string" ? me.name : "",
    verified: me.verified === true,
    mayWrite: !Array.isArray(me.may) || me.may.includes("write"),
    maxDays: typeof me.expectationMaxDays === "number" ? me.expectationMaxDays : SUGGESTED_MAX_DAYS,
  };
}

let claimed: string | null = null;
const listeners = new Set<() => void>();

/** The name that a change is signed with now; empty when none was given. */
export function claimedName(): string {
  if (claimed !== null) return claimed;
  try {
    claimed = (window.localStorage.getItem(KEY) ?? "").slice(0, MAX_NAME);
  } catch {
    claimed = "";
  }
  return claimed;
}

/** A name given once signs whatever is done afterwards; where the server knows better, it ignores it. */
export function signed<T extends object>(change: T): T & { author?: string } {
  const author = claimedName().trim();
  return author === "" ? change : { ...change, author };
}

export function setClaimedName(name: string): void {
  claimed = name.slice(0, MAX_NAME);
  try {
    window.localStorage.setItem(KEY, claimed);
  } catch {
    // A browser that keeps nothing asks again with the next page.
  }
  for (const tell of listeners) tell();
}

function useClaimedName(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    claimedName,
    () => "",
  );
}
