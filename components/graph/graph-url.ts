/**
 * What a link to the graph carries beside the query and the range: level, form, selection, focus,
 * folds and the step of the replay. Lenient like the rest of the address: what is not understood
 * falls back and is named.
 */
import { encodeReadably, formatUrl, parseUrl, type UrlState } from "@/components/query/url-state";
import { GROUP_STATES, type GroupState, TREND_BLOCKS } from "@/lib/drops/view";
import { GRAPH_LEVELS, type GraphLevel } from "@/lib/graph/graph";

export const FORMS = ["graph", "matrix", "table", "sankey"] as const;
export type Form = (typeof FORMS)[number];

/** How many edges are drawn at most; "all" is the last. */
export const TOPS = [25, 50, 100, 300, 1_000, 12_000] as const;
export const DEFAULT_TOP = 50;

export type GraphState = {
  level: GraphLevel;
  form: Form;
  /** Ids of nodes and edges. */
  selected: readonly string[];
  focus: string | null;
  depth: 1 | 2;
  top: number;
  hidden: readonly GroupState[];
  /** Containers drawn as one node, and containers drawn whole. */
  collapsed: readonly string[];
  unfolded: readonly string[];
  /** Step of the replay, or null for the whole range. */
  step: number | null;
};

export type GraphUrl = { url: UrlState; graph: GraphState; problems: readonly string[] };

const OWN = ["level", "form", "sel", "focus", "depth", "top", "hide", "fold", "unfold", "at"];
const ID = /^[0-9a-f-]{1,64}$/;
const MAX_IDS = 60;
const DEFAULT_HIDDEN: readonly GroupState[] = ["expected"];

export const DEFAULT_GRAPH: GraphState = {
  level: "identity",
  form: "graph",
  selected: [],
  focus: null,
  depth: 1,
  top: DEFAULT_TOP,
  hidden: DEFAULT_HIDDEN,
  collapsed: [],
  unfolded: [],
  step: null,
};

export function parseGraphUrl(params: URLSearchParams): GraphUrl {
  const others = new URLSearchParams(params);
  for (const name of OWN) others.delete(name);
  const { state, problems } = parseUrl(others);
  const found: string[] = [...problems];
  const oneOf = <T extends string>(name: string, allowed: readonly T[], otherwise: T): T => {
    const given = params.get(name);
    const known = allowed.find((one) => one === given);
    if (given !== null && known === undefined) found.push(`${name} must be ${allowed.join(", ")}`);
    return known ?? otherwise;
  };
  const ids = (name: string): string[] =>
    (params.get(name) ?? "")
      .split(",")
      .filter((id) => ID.test(id))
      .slice(0, MAX_IDS);
  const top = Number(params.get("top") ?? DEFAULT_TOP);
  const step = Number(params.get("at") ?? Number.NaN);
  return {
    url: state,
    problems: found,
    graph: {
      level: oneOf("level", GRAPH_LEVELS, "identity"),
      form: oneOf("form", FORMS, "graph"),
      selected: ids("sel"),
      focus: ids("focus")[0] ?? null,
      depth: params.get("depth") === "2" ? 2 : 1,
      top: TOPS.find((one) => one === top) ?? DEFAULT_TOP,
      hidden: parseHidden(params.get("hide")),
      collapsed: ids("fold"),
      unfolded: ids("unfold"),
      step: Number.isInteger(step) && step >= 0 && step < TREND_BLOCKS ? step : null,
    },
  };
}

function parseHidden(text: string | null): readonly GroupState[] {
  if (text === null) return DEFAULT_HIDDEN;
  const names = text.split(",");
  return GROUP_STATES.filter((state) => names.includes(state));
}

/** The search part without its `?`; defaults are left out. */
export function formatGraphUrl(url: UrlState, graph: GraphState): string {
  const pairs: [string, string][] = [];
  if (graph.level !== "identity") pairs.push(["level", graph.level]);
  if (graph.form !== "graph") pairs.push(["form", graph.form]);
  if (graph.top !== DEFAULT_TOP) pairs.push(["top", String(graph.top)]);
  if (graph.hidden.join() !== DEFAULT_HIDDEN.join()) {
    pairs.push(["hide", graph.hidden.length === 0 ? "none" : graph.hidden.join(",")]);
  }
  if (graph.focus !== null) pairs.push(["focus", graph.focus]);
  if (graph.focus !== null && graph.depth === 2) pairs.push(["depth", "2"]);
  if (graph.collapsed.length > 0) pairs.push(["fold", graph.collapsed.join(",")]);
  if (graph.unfolded.length > 0) pairs.push(["unfold", graph.unfolded.join(",")]);
  if (graph.step !== null) pairs.push(["at", String(graph.step)]);
  if (graph.selected.length > 0) pairs.push(["sel", graph.selected.join(",")]);
  const own = pairs.map(([name, value]) => `${name}=${encodeReadably(value)}`);
  return [formatUrl(url), ...own].filter((part) => part !== "").join("&");
}
