/** What a link to Flows carries beside query and range: columns, row height, and the open drop. */
import { type ColumnId, readColumns } from "@/components/flows/columns";
import {
  ASKED_NAMES,
  type AskedState,
  askedPairs,
  formatPairs,
  idOf,
  noteUnknown,
  parseAsked,
} from "@/components/query/url-state";
import { DENSITIES, type Density } from "@/components/ui/preferences";

export type FlowsUrl = AskedState & {
  /** uuid of the drop whose details are open. */
  open: string | null;
  /** In their order; null for what the reader prefers. */
  columns: readonly ColumnId[] | null;
  density: Density | null;
};

const KNOWN = new Set<string>([...ASKED_NAMES, "open", "cols", "density"]);

/** Lenient, as every screen's: what is not understood is named and left out. */
export function parseFlowsUrl(params: URLSearchParams): { state: FlowsUrl; problems: string[] } {
  const problems: string[] = [];
  noteUnknown(params, KNOWN, problems);
  const asked = parseAsked(params, problems);
  return {
    state: {
      ...asked,
      open: idOf(params.get("open")),
      columns: parseColumns(params.get("cols"), problems),
      density: DENSITIES.find((name) => name === params.get("density")) ?? null,
    },
    problems,
  };
}

function parseColumns(text: string | null, problems: string[]): readonly ColumnId[] | null {
  if (text === null) return null;
  const names = text.slice(0, 400).split(",");
  const columns = readColumns(names);
  const unknown = names.find((name) => !columns?.some((id) => id === name));
  if (unknown !== undefined) problems.push(`"${unknown.slice(0, 40)}" is not a column`);
  return columns;
}

/** The search part without its `?`; defaults are left out. */
export function formatFlowsUrl(state: FlowsUrl): string {
  const pairs = askedPairs(state);
  if (state.columns !== null) pairs.push(["cols", state.columns.join(",")]);
  if (state.density !== null) pairs.push(["density", state.density]);
  if (state.open !== null) pairs.push(["open", state.open]);
  if (state.paused && state.span === null) pairs.push(["paused", "1"]);
  return formatPairs(pairs);
}
