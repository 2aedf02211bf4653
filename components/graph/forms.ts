/** How each state looks on a line: colour by token, and a form that does not need the colour. */
import type { GroupState } from "@/lib/drops/view";

export type EdgeForm = {
  token: string;
  /** Lengths of dash and gap, in multiples of the line's width. */
  dash: readonly number[];
  words: string;
  /** The form in words, for the legend. */
  form: string;
};

export const EDGE_FORMS: Readonly<Record<GroupState, EdgeForm>> = {
  surge: { token: "--surge", dash: [5, 1.6], words: "Surge", form: "long dashes" },
  new: {
    token: "--surge",
    dash: [3.4, 1.6, 0.9, 1.6],
    words: "New under expected",
    form: "dash and dot",
  },
  unexpected: { token: "--dropped", dash: [], words: "Unexpected", form: "solid" },
  audit: { token: "--audit", dash: [1.5, 1.2], words: "Audit, would drop", form: "short dashes" },
  infrastructure: {
    token: "--infrastructure",
    dash: [4, 2.6],
    words: "Infrastructure",
    form: "thin dashes",
  },
  expected: { token: "--expected", dash: [0.9, 2.2], words: "Expected", form: "dots" },
};

/** Line width in pixels for a number of attempts: by its logarithm. */
export function widthOf(attempts: number, state: GroupState): number {
  const width = 1.3 + Math.log10(Math.max(1, attempts)) * 1.05;
  const slim = state === "expected" || state === "infrastructure" ? 0.75 : 1;
  return Math.min(8, width * slim);
}
