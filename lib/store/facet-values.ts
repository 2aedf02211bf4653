/**
 * The values of a series for each field that a series fixes, as `includeValue` takes them: a query
 * for one of them finds the series that have it. The empty text is "has none".
 */
import type { Party, Series } from "@/lib/drops/drop";
import type { Remembered, RememberedName } from "@/lib/drops/remembered";
import type { FacetField } from "@/lib/drops/view";
import { foldCase } from "@/lib/query/glob";
import type { Term } from "@/lib/query/query";
import { reasonText } from "@/lib/query/reasons";

/** Facets whose values differ from drop to drop; the others are known by the series. */
const DROP_FACETS = [
  "node",
  "source",
  "pod",
  "src.pod",
  "dst.pod",
  "ip",
  "src.ip",
  "dst.ip",
  "identity",
  "src.identity",
  "dst.identity",
] as const satisfies readonly FacetField[];
export type DropFacet = (typeof DROP_FACETS)[number];
export type SeriesFacet = Exclude<FacetField, DropFacet>;

const DROP_FACET_NAMES = new Set<FacetField>(DROP_FACETS);

export function isDropFacet(field: FacetField): field is DropFacet {
  return DROP_FACET_NAMES.has(field);
}

const DROP_TERMS = new Set<Term["field"]>([
  ...["node", "source", "expected", "pod", "ip", "identity", "text"],
] as Term["field"][]);

/** Whether a term cannot be answered from the series alone. */
export function needsDrop(term: Term): boolean {
  return DROP_TERMS.has(term.field);
}

type Values = readonly string[];

const VALUES: Record<SeriesFacet, (series: Series) => Values> = {
  attribution: ({ attribution }) => [attribution.kind],
  certainty: ({ attribution }) => [attribution.certainty],
  verdict: ({ verdict }) => [verdict],
  direction: ({ direction }) => [direction],
  reason: ({ reason }) => [reasonText(String(reason)) ?? ""],
  policy: ({ attribution }) =>
    orNone(attribution.policies.map(({ namespace, name }) => `${namespace}/${name}`)),
  "policy.ns": ({ attribution }) => distinct(attribution.policies.map((one) => one.namespace)),
  "policy.kind": ({ attribution }) => distinct(attribution.policies.map((one) => one.kind)),
  // Where tags were not exported, nothing is known of them.
  tag: ({ tags, tagState }) => (tagState === "untagged" ? orNone(tags) : distinct(tags)),
  "tag.state": ({ tagState }) => [tagState],
  cluster: ({ cluster }) => [cluster],
  proto: ({ protocol }) => [protocol],
  port: ({ port }) => [String(port)],
  l7: ({ l7 }) => [l7],
  ...sided("ns", ({ namespace }) => [namespace]),
  ...sided("workload", ({ namespace, workload }) => [
    workload === "" ? "" : `${namespace}/${workload}`,
  ]),
  // DNS names are the same in any case.
  ...sided("fqdn", ({ names }) => orNone(names.map(foldCase))),
  ...sided("label", ({ labels }) => orNone(labels)),
};

/** The values of a field that drops of a series have with what was remembered of them, each once. */
export function seriesValues(
  field: SeriesFacet,
  series: Series,
  remembered: Remembered | null,
): Values {
  if (remembered === null || !isNameFacet(field)) return VALUES[field](series);
  const source = namesOf(series.source, remembered.source);
  const destination = namesOf(series.destination, remembered.destination);
  if (field === "src.fqdn") return source;
  return field === "dst.fqdn" ? destination : distinct([...source, ...destination]);
}

/** Facets of DNS names, which a drop may have remembered. */
export function isNameFacet(field: FacetField): boolean {
  return field === "fqdn" || field === "src.fqdn" || field === "dst.fqdn";
}

function namesOf({ names }: Party, remembered: readonly RememberedName[]): Values {
  const known = names.length > 0 ? names : remembered.map(({ name }) => name);
  return orNone(known.map(foldCase));
}

type Sided<Name extends string> = Record<
  Name | `src.${Name}` | `dst.${Name}`,
  (series: Series) => Values
>;

function sided<Name extends string>(name: Name, of: (party: Party) => Values): Sided<Name> {
  return {
    [name]: ({ source, destination }: Series) => distinct([...of(source), ...of(destination)]),
    [`src.${name}`]: ({ source }: Series) => of(source),
    [`dst.${name}`]: ({ destination }: Series) => of(destination),
  } as Sided<Name>;
}

function orNone(values: Values): Values {
  return values.length === 0 ? [""] : distinct(values);
}

function distinct(values: Values): Values {
  return values.length < 2 ? values : [...new Set(values)];
}
