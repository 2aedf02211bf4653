/**
 * What a link to the Expected screen carries: filter, order, selection, what is open, and a draft
 * to begin with. Parsing is lenient: what is not understood falls back to its default.
 */
import { encodeReadably } from "@/components/query/url-state";
import { EXPECTATION_STATES, type ExpectationState } from "@/lib/expectations/view";

export const EXPECTED_SORTS = ["end", "hits", "last", "created", "author"] as const;
export type ExpectedSort = (typeof EXPECTED_SORTS)[number];

export const PANES = ["list", "trail", "code"] as const;
export type Pane = (typeof PANES)[number];

/** `current`: all that were not revoked. */
export type StateFilter = "current" | "all" | ExpectationState;

export type ExpectedUrl = {
  pane: Pane;
  /** Words that reason, query, author, ticket or id must hold. */
  text: string;
  state: StateFilter;
  author: string;
  sort: ExpectedSort;
  open: string | null;
  selected: readonly string[];
  /** A query to mark, and what it is made from. */
  draft: { query: string; basis: string } | null;
};

const MOST_SELECTED = 100;
const MAX_TEXT = 200;

export function parseExpectedUrl(params: URLSearchParams): ExpectedUrl {
  const query = params.get("new");
  const state = params.get("state");
  return {
    pane: PANES.find((one) => one === params.get("pane")) ?? "list",
    text: (params.get("text") ?? "").slice(0, MAX_TEXT),
    state: state === "all" ? "all" : (EXPECTATION_STATES.find((one) => one === state) ?? "current"),
    author: (params.get("author") ?? "").slice(0, MAX_TEXT),
    sort: EXPECTED_SORTS.find((one) => one === params.get("sort")) ?? "end",
    open: params.get("open"),
    selected: (params.get("sel") ?? "")
      .split(",")
      .filter((id) => id !== "")
      .slice(0, MOST_SELECTED),
    draft: query === null ? null : { query, basis: params.get("basis") ?? query },
  };
}

/** The search part without its `?`; defaults are left out. */
export function formatExpectedUrl(url: ExpectedUrl): string {
  const pairs: [string, string][] = [];
  if (url.pane !== "list") pairs.push(["pane", url.pane]);
  if (url.text !== "") pairs.push(["text", url.text]);
  if (url.state !== "current") pairs.push(["state", url.state]);
  if (url.author !== "") pairs.push(["author", url.author]);
  if (url.sort !== "end") pairs.push(["sort", url.sort]);
  if (url.open !== null) pairs.push(["open", url.open]);
  if (url.selected.length > 0) pairs.push(["sel", url.selected.join(",")]);
  if (url.draft !== null) {
    pairs.push(["new", url.draft.query]);
    if (url.draft.basis !== url.draft.query) pairs.push(["basis", url.draft.basis]);
  }
  return pairs.map(([name, value]) => `${name}=${encodeReadably(value)}`).join("&");
}
