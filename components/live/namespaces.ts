"use client";
/** The namespaces that occur in a view, for the namespace filter. */
import { useState } from "react";
import type { View } from "@/lib/drops/view";

/** Sorted; at most 500, more than a list is good for. */
export function namespacesOf(view: View | null): string[] {
  const found = new Set<string>();
  for (const group of view?.groups ?? []) {
    for (const { namespace } of [group.top.source, group.top.destination]) {
      if (namespace !== "") found.add(namespace);
    }
  }
  return [...found].sort().slice(0, 500);
}

/** The same, as one list for as long as it holds the same names. */
export function useNamespaces(view: View | null): readonly string[] {
  const [kept, setKept] = useState<readonly string[]>([]);
  const found = namespacesOf(view);
  if (found.join() === kept.join()) return kept;
  setKept(found);
  return found;
}
