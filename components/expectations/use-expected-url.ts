"use client";
/** The URL is the only home of filter, selection and what is open on the Expected screen. */
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import {
  type ExpectedUrl,
  formatExpectedUrl,
  parseExpectedUrl,
} from "@/components/expectations/expected-url";

export type ChangeExpected = (change: Partial<ExpectedUrl>) => void;

export function useExpectedUrl(): { url: ExpectedUrl; change: ChangeExpected } {
  const params = useSearchParams();
  const url = useMemo(() => parseExpectedUrl(new URLSearchParams(params)), [params]);
  return { url, change: changeUrl };
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
}
