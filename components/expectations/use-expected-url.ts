"use client";
/**
 * The URL is the only home of filter, selection and what is open on the Expected screen. It is read
 * as an external store, at once: a text that is typed into it must not wait for a transition.
 */
import { useSearchParams } from "next/navigation";
import { useMemo, useSyncExternalStore } from "react";
import {
  type ExpectedUrl,
  formatExpectedUrl,
  parseExpectedUrl,
} from "@/components/expectations/expected-url";

export type ChangeExpected = (change: Partial<ExpectedUrl>) => void;

const listeners = new Set<() => void>();

export function useExpectedUrl(): { url: ExpectedUrl; change: ChangeExpected } {
  // What the server drew with.
  const asked = useSearchParams().toString();
  const search = useSyncExternalStore(
    subscribe,
    () => window.location.search.replace(/^\?/, ""),
    () => asked,
  );
  const url = useMemo(() => parseExpectedUrl(new URLSearchParams(search)), [search]);
  return { url, change: changeUrl };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

/** Another pane, and details opened or closed, are steps that "back" undoes. */
function changeUrl(change: Partial<ExpectedUrl>): void {
  const before = parseExpectedUrl(new URLSearchParams(window.location.search));
  const next = { ...before, ...change };
  const search = formatExpectedUrl(next);
  const address = search === "" ? window.location.pathname : `?${search}`;
  const isStep = before.pane !== next.pane || (before.open === null) !== (next.open === null);
  if (isStep) window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
  for (const tell of listeners) tell();
}
