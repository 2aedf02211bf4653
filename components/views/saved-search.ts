/** The address that is saved under a name, and what it says in words. */
import { RANGE_TEXT } from "@/components/query/ranges";
import { formatUrl, parseUrl, type UrlState } from "@/components/query/url-state";
import { GROUP_BY_TEXT } from "@/components/triage/grouping-text";

/** Query, range, grouping and sort: what one looks for, and not what lies open at the moment. */
export function savedSearch(url: UrlState): string {
  // A capture goes, and its times mean nothing elsewhere.
  const lasting = url.capture === null ? url : { ...url, capture: null, span: null };
  const search = formatUrl({ ...lasting, open: null, drop: null, paused: false });
  return search === "" ? "" : `?${search}`;
}

/** `verdict:AUDIT · last 24 h · by tag`. */
export function describeSearch(search: string): string {
  const { state } = parseUrl(new URLSearchParams(search));
  const parts = [
    state.q === "" ? "everything" : state.q,
    state.span === null ? `last ${RANGE_TEXT[state.range]}` : "a past range",
  ];
  if (state.by !== "policy") parts.push(`by ${GROUP_BY_TEXT[state.by]}`);
  return parts.join(" · ");
}
