/**
 * A row of Triage as a query in words that Hubble knows too. `group:` and `series:` are ids of
 * Droplens alone; here a group is said by what blocked it and a series by its two ends. Such a query
 * finds every drop of the row, and perhaps some of a row that Hubble cannot tell from it.
 */

import type { Group, SeriesRow } from "@/lib/drops/view";
import { termOf } from "@/lib/query/edit";
import { termText } from "@/lib/query/format";
import { partyTerms } from "@/lib/query/grouping";
import { parseQuery } from "@/lib/query/parse";
import type { Query, Term } from "@/lib/query/query";

export type RowGroup = Pick<
  Group,
  "key" | "attribution" | "tags" | "verdict" | "direction" | "reason"
>;
export type RowSeries = Pick<SeriesRow, "source" | "destination" | "protocol" | "port" | "l7">;

export function groupQuery(group: RowGroup): Query {
  if (group.key.by === "policy") return distinct(policyTerms(group));
  const parsed = parseQuery(group.key.query);
  return parsed.ok ? parsed.query : { terms: [] };
}

export function seriesQuery(group: RowGroup, series: RowSeries): Query {
  const { source, destination, protocol, port, l7 } = series;
  return distinct([
    ...groupQuery(group).terms,
    ...partyTerms("src", source),
    ...partyTerms("dst", destination),
    termOf("proto", [protocol]),
    ...(port === 0 ? [] : [termOf("port", [String(port)])]),
    ...(l7 === "" ? [] : [termOf("l7", [l7])]),
  ]);
}

/** What all drops of a policy group agree in: `lib/drops/series-id.ts`. */
function policyTerms({ attribution, tags, verdict, direction, reason }: RowGroup): Term[] {
  const { kind, policies, endpoint } = attribution;
  const shared = [termOf("verdict", [verdict]), termOf("direction", [direction])];
  const tagged = tags.map((tag) => termOf("tag", [tag]));
  if (policies.length > 0) {
    const named = policies.map(({ namespace, name }) => termOf("policy", [`${namespace}/${name}`]));
    return [...shared, ...named, ...tagged];
  }
  const side = direction === "ingress" ? "dst" : "src";
  return [
    ...shared,
    termOf("attribution", [kind]),
    ...(kind === "default-deny" || reason === null ? [] : [termOf("reason", [reason.name])]),
    ...(endpoint === undefined ? [] : partyTerms(side, endpoint)),
    ...tagged,
  ];
}

/** Each term once: a group's endpoint is an end of its series as well. */
function distinct(terms: readonly Term[]): Query {
  return { terms: [...new Map(terms.map((term) => [termText(term), term])).values()] };
}
