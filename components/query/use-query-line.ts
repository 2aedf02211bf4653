"use client";
/**
 * The search bar's line beside the query of the URL. The URL is the truth: when it changes by other
 * means (back, a click on a value) the line becomes its query. What is being written lives here
 * until it is applied.
 */
import { useState } from "react";
import { lineOf, type QueryLine, readLine } from "@/components/query/query-line";

type Held = {
  line: QueryLine;
  /** The query of the URL that the line was made for. */
  base: string;
  /** The query that was applied and that the URL does not say yet. */
  applied: string | null;
};

export type LineHandle = {
  line: QueryLine;
  setLine: (line: QueryLine) => void;
  /** Applies the line, which stays as `keep` if given; false when it is not a query. */
  apply: (line: QueryLine, keep?: QueryLine) => string | null;
  /** Back to what the URL says. */
  reset: () => void;
};

export function useQueryLine(q: string, onChange: (q: string) => void): LineHandle {
  const [held, setHeld] = useState<Held>(() => ({ line: lineOf(q), base: q, applied: null }));
  let current = held;
  if (q !== held.base) {
    const line = q === held.applied ? held.line : lineOf(q);
    current = { line, base: q, applied: null };
    setHeld(current);
  }
  const apply = (line: QueryLine, keep?: QueryLine) => {
    const read = readLine(line);
    if (!read.ok) return null;
    const before = readLine(lineOf(q));
    const isSame = before.ok && before.q === read.q;
    const next = keep ?? lineOf(read.q);
    setHeld({ line: next, base: q, applied: isSame ? null : read.q });
    if (!isSame) onChange(read.q);
    return read.q;
  };
  return {
    line: current.line,
    setLine: (line) => setHeld((last) => ({ ...last, line })),
    apply,
    reset: () => setHeld({ line: lineOf(q), base: q, applied: null }),
  };
}
