/**
 * Groupings with the query that finds each group: what a click on "only this" adds. The language
 * has no words for some differences between groups (further tags, an end's cluster), so a group's
 * query finds all of its drops, and by any grouping but policy and reason perhaps a few others.
 */
import type { Party, Series } from "@/lib/drops/drop";
import {
  type Grouping,
  groupIdOf,
  groupText,
  namespaceOf,
  POLICY_GROUPING,
} from "@/lib/drops/group-by";
import { APP_LABELS, CIDR_GROUP_LABEL } from "@/lib/drops/party";
import { reasonOf } from "@/lib/drops/reason";
import { GROUP_BYS, type GroupBy } from "@/lib/drops/view";
import { termOf } from "./edit";
import { formatQuery } from "./format";
import type { Term } from "./query";

const GROUPINGS = Object.fromEntries(
  GROUP_BYS.map((by): [GroupBy, Grouping] => [
    by,
    by === "policy" ? POLICY_GROUPING : groupingOf(by),
  ]),
) as Record<GroupBy, Grouping>;

export function groupingBy(by: GroupBy): Grouping {
  return GROUPINGS[by];
}

/** Series are shared and never changed, so each is hashed once. */
function groupingOf(by: Exclude<GroupBy, "policy">): Grouping {
  const ids = new WeakMap<Series, string>();
  return {
    by,
    idOf(series) {
      const known = ids.get(series);
      if (known !== undefined) return known;
      const id = groupIdOf(by, series);
      ids.set(series, id);
      return id;
    },
    keyOf: (series) => ({
      by,
      text: groupText(by, series),
      query: formatQuery({ terms: termsOf(by, series) }),
    }),
  };
}

/** Terms that every drop of the series' group matches. */
function termsOf(by: Exclude<GroupBy, "policy">, series: Series): Term[] {
  switch (by) {
    case "tag":
      return tagTerms(series);
    case "source":
      return partyTerms("src", series.source);
    case "destination":
      return partyTerms("dst", series.destination);
    case "pair":
      return [...partyTerms("src", series.source), ...partyTerms("dst", series.destination)];
    case "reason":
      return [termOf("reason", [series.reason === 0 ? "" : reasonOf(series.reason).name])];
    case "namespace":
      return [namespaceTerm(series)];
  }
}

function tagTerms({ tags, tagState }: Series): Term[] {
  if (tags.length > 0) return tags.map((tag) => termOf("tag", [tag]));
  return tagState === "untagged" ? [termOf("tag", [""])] : [termOf("tag.state", [tagState])];
}

/** The enforcing end may be either, by the drop's direction. */
function namespaceTerm(series: Series): Term {
  const namespace = namespaceOf(series);
  return namespace === "" ? termOf("src.ns", [""]) : termOf("ns", [namespace]);
}

/** By what the party is named after, which is what its key is made of: `lib/drops/party.ts`. */
export function partyTerms(
  side: "src" | "dst",
  { kind, name, namespace }: Pick<Party, "kind" | "name" | "namespace">,
): Term[] {
  const inNamespace = termOf(`${side}.ns`, [namespace]);
  switch (kind) {
    case "workload":
      return [termOf(`${side}.workload`, [`${namespace}/${name}`])];
    case "labels":
      return [inNamespace, termOf(`${side}.workload`, [""]), ...appTerms(side, name, namespace)];
    case "reserved":
      return [termOf(`${side}.identity`, name === "world" ? WORLD : [name])];
    case "name":
      return [termOf(`${side}.fqdn`, [name])];
    case "cidr":
      return [termOf(`${side}.label`, cidrLabels(name))];
    case "address":
      return [termOf(`${side}.ip`, [name])];
    case "unknown":
      return [termOf(`${side}.ip`, [""])];
  }
}

const WORLD = ["world", "world-ipv4", "world-ipv6"];

/** The application's name may stand in any of these; a name made of other labels finds none. */
function appTerms(side: "src" | "dst", name: string, namespace: string): Term[] {
  if (name === namespace || name.includes("=")) return [];
  const labels = APP_LABELS.map((prefix) => `${prefix}${name}`);
  return [termOf(`${side}.label`, labels)];
}

/** In IPv6 labels Cilium writes `-` for `:`. A name that is no CIDR is that of a CIDR group. */
function cidrLabels(name: string): string[] {
  if (!/^[0-9a-f.:]+\/\d+$/i.test(name)) return [`${CIDR_GROUP_LABEL}${name}`];
  return name.includes(":")
    ? [`cidr:${name}`, `cidr:${name.replaceAll(":", "-")}`]
    : [`cidr:${name}`];
}
