/**
 * From a row, a series or a drop to the narrowest query that covers it, as conditions that can each
 * be widened and narrowed step by step. Pure: what it is made from comes as values.
 */
import { APP_LABELS, CIDR_GROUP_LABEL } from "@/lib/drops/party";
import type { Group, PartyView, SeriesRow } from "@/lib/drops/view";
import { termOf } from "@/lib/query/edit";
import { reservedIdentity } from "@/lib/query/identities";
import { parseQuery } from "@/lib/query/parse";
import type { FieldName, Query, Term } from "@/lib/query/query";
import {
  ANY,
  addressSteps,
  type EndOf,
  ladderOf,
  listed,
  nameSteps,
  namespaceSteps,
  type Owner,
  policySteps,
  portSteps,
  type Step,
  tagSteps,
  workloadSteps,
} from "./ladders";

/** One condition, from its narrowest step to its widest, which asks for nothing. */
export type Condition = {
  /** Tells it from the others of its list. */
  key: string;
  title: string;
  steps: readonly Step[];
  /** Index of the narrowest step that covers all of what it is made from. */
  narrowest: number;
};

/** What of a group its conditions are drawn from. */
export type SubjectGroup = Pick<
  Group,
  | "key"
  | "attribution"
  | "tags"
  | "tagState"
  | "reason"
  | "verdict"
  | "direction"
  | "cluster"
  | "sources"
  | "destinations"
  | "ports"
  | "series"
>;

/** What an expectation is made from: a group, of whose series some may be missing, or one of them. */
export type Subject = {
  of: "group" | "series";
  group: SubjectGroup;
  series: readonly SeriesRow[];
  /** Pods and addresses, where one drop is marked and they are known. */
  sourcePod?: string;
  destinationPod?: string;
  sourceIp?: string;
  destinationIp?: string;
};

/** The conditions of a subject, in the order in which a person reads them. */
export function conditionsOf(subject: Subject): Condition[] {
  const { group, series } = subject;
  const one = subject.of === "series";
  const all = one || series.length >= group.series;
  return [
    ...(group.key.by === "policy" ? drawnFrom(group) : conditionsOfQuery(keyQuery(group))),
    end("src", subject, all || distinct(series, "source") >= group.sources),
    end("dst", subject, all || distinct(series, "destination") >= group.destinations),
    protocol(series, all),
    ports(series, all || new Set(series.map((row) => row.port)).size >= group.ports),
    ...requests(series, all),
  ].filter(({ steps }) => steps.length > 1);
}

/** The conditions of a query that nothing else is known of. */
export function conditionsOfQuery(query: Query): Condition[] {
  return query.terms.map((term, index) => ({
    key: `term ${index}`,
    title: titleOf(term),
    steps: ladderOf(term),
    narrowest: 0,
  }));
}

/** The query that each condition's narrowest covering step makes. */
export function narrowestQuery(conditions: readonly Condition[]): Query {
  return { terms: conditions.flatMap(({ steps, narrowest }) => steps[narrowest]?.terms ?? []) };
}

function keyQuery(group: SubjectGroup): Query {
  const parsed = parseQuery(group.key.query);
  return parsed.ok ? parsed.query : { terms: [] };
}

/** What all drops of a group by policy agree in. */
function drawnFrom(group: SubjectGroup): Condition[] {
  const { attribution, tags, tagState } = group;
  const isPolicy = attribution.kind === "policy";
  const named = attribution.policies.slice(0, MOST_POLICIES);
  const reason = group.reason?.name ?? "";
  return [
    condition("verdict", "verdict", listed("this", "verdict", [group.verdict])),
    condition("direction", "direction", listed("this", "direction", [group.direction])),
    ...named.map((policy, at) => condition(`policy ${at}`, "policy", policySteps(policy))),
    ...(named.length === 0
      ? [
          condition(
            "attribution",
            "blocked by",
            listed(attribution.kind, "attribution", [attribution.kind]),
          ),
        ]
      : []),
    ...(attribution.kind === "other" && reason !== ""
      ? [condition("reason", "reason", listed("this", "reason", [reason]))]
      : []),
    ...tags.slice(0, MOST_TAGS).map((tag, at) => condition(`tag ${at}`, "tag", tagSteps(tag))),
    ...(isPolicy && tagState === "untagged"
      ? [condition("tag", "tag", [{ label: "no tag", terms: [termOf("tag", [""])] }])]
      : []),
    ...(group.cluster === "" || group.cluster === "default"
      ? []
      : [condition("cluster", "cluster", listed("this", "cluster", [group.cluster]))]),
  ];
}

const MOST_POLICIES = 4;
const MOST_TAGS = 4;

/** `narrower`: how many of the first steps cover only a part of what it is made from. */
function condition(key: string, title: string, steps: readonly Step[], narrower = 0): Condition {
  return { key, title, steps: [...steps, ANY], narrowest: narrower };
}

function distinct(series: readonly SeriesRow[], side: "source" | "destination"): number {
  return new Set(series.map((row) => row[side].key)).size;
}

type End = SeriesRow["source"];

/** `complete`: the series hold every such end of the subject. Else only "any" covers it. */
function end(side: EndOf, subject: Subject, complete: boolean): Condition {
  const ends = subject.series.map((row) => (side === "src" ? row.source : row.destination));
  const title = side === "src" ? "source" : "destination";
  const pod = side === "src" ? subject.sourcePod : subject.destinationPod;
  const ip = side === "src" ? subject.sourceIp : subject.destinationIp;
  const steps = stepsOfEnds(side, ends);
  const [first] = ends;
  // A pod, or one address of a name, is a part of its series.
  const partial =
    first === undefined || ends.length > 1
      ? []
      : [...podSteps(side, first, pod ?? ""), ...addressesOfName(side, first, ip ?? "")];
  const narrowest = complete ? partial.length : partial.length + steps.length;
  return condition(side, title, [...partial, ...steps], narrowest);
}

function podSteps(side: EndOf, { kind, namespace }: End, pod: string): Step[] {
  if (kind !== "workload" || pod === "") return [];
  return listed("pod", `${side}.pod`, [namespace === "" ? pod : `${namespace}/${pod}`]);
}

function addressesOfName(side: EndOf, { kind }: End, ip: string): Step[] {
  return kind === "name" && ip !== "" ? addressSteps(side, [ip]) : [];
}

function stepsOfEnds(side: EndOf, ends: readonly End[]): Step[] {
  if (ends.length === 0) return [];
  return [...stepsOfKind(side, ends), ...outside(side, ends)];
}

function stepsOfKind(side: EndOf, ends: readonly End[]): Step[] {
  const [kind = "unknown", ...others] = new Set(ends.map((one) => one.kind));
  const namespaces = ends.map((one) => one.namespace);
  if (others.length > 0) return namespaceSteps(side, namespaces);
  switch (kind) {
    case "workload":
      return workloadSteps(side, ends.map(ownerOf));
    case "labels":
      return labelSteps(side, ends);
    case "reserved":
      return identitySteps(side, ends);
    case "name":
      return nameSteps(
        side,
        ends.map((one) => one.name),
      );
    case "cidr":
      return blockSteps(side, ends);
    case "address":
      return [
        ...addressSteps(
          side,
          ends.map((one) => one.name),
        ),
        ...rememberedSteps(side, ends),
      ];
    case "unknown":
      return namespaceSteps(side, namespaces);
  }
}

/**
 * The name that an address had before, where it is the only one: a rule by it outlives the address.
 * Where there were several, a rule by one of them would not hide what it is made from.
 */
function rememberedSteps(side: EndOf, ends: readonly End[]): Step[] {
  const names = ends.map(({ served }) => {
    if (served === undefined || served.reported || served.more > 0) return null;
    return served.names.length === 1 ? (served.names[0]?.name ?? null) : null;
  });
  const known = names.filter((name) => name !== null);
  return known.length < names.length ? [] : listed("name", `${side}.fqdn`, known);
}

function ownerOf({ namespace, name }: PartyView): Owner {
  return { namespace, name };
}

/** By the label that names the application where all have it, then by namespace. */
function labelSteps(side: EndOf, ends: readonly End[]): Step[] {
  const namespaces = ends.map((one) => one.namespace);
  const labels = ends.map(appLabel);
  const known = labels.filter((label) => label !== "");
  const wider = namespaceSteps(side, namespaces);
  if (known.length < labels.length) return wider;
  const narrow = listed("label", `${side}.label`, known);
  // A label may be found in other namespaces too.
  return [
    ...narrow.map((step) => ({ ...step, terms: [...step.terms, ...(wider[0]?.terms ?? [])] })),
    ...wider,
  ];
}

function appLabel({ labels, name }: End): string {
  return (
    APP_LABELS.map((prefix) => `${prefix}${name}`).find((label) => labels.includes(label)) ?? ""
  );
}

function identitySteps(side: EndOf, ends: readonly End[]): Step[] {
  const names = ends.map((one) => one.name);
  if (names.some((name) => reservedIdentity(name) === null)) return [];
  return listed("identity", `${side}.identity`, names);
}

function blockSteps(side: EndOf, ends: readonly End[]): Step[] {
  const groups = ends.filter((one) => one.key.startsWith("cidrgroup:"));
  if (groups.length === ends.length) {
    return listed(
      "group",
      `${side}.label`,
      groups.map((one) => `${CIDR_GROUP_LABEL}${one.name}`),
    );
  }
  return groups.length > 0
    ? []
    : addressSteps(
        side,
        ends.map((one) => one.name),
      );
}

/** Everything outside the clusters, when all of them are known to be. */
function outside(side: EndOf, ends: readonly End[]): Step[] {
  const isNamed = ends.every((one) => one.kind === "reserved");
  if (isNamed || !ends.every((one) => one.labels.includes("reserved:world"))) return [];
  return listed("world", `${side}.identity`, ["world"]);
}

function protocol(series: readonly SeriesRow[], complete: boolean): Condition {
  const known = [...new Set(series.map((row) => row.protocol))];
  const steps = known.includes("") ? [] : listed("this", "proto", known);
  return condition("proto", "protocol", steps, complete ? 0 : steps.length);
}

function ports(series: readonly SeriesRow[], complete: boolean): Condition {
  const known = [...new Set(series.map((row) => row.port))];
  const steps = known.length === 0 || known.includes(0) ? [] : portSteps(known);
  return condition("port", "port", steps, complete ? 0 : steps.length);
}

/** Requests of layer 7, where all are such. */
function requests(series: readonly SeriesRow[], complete: boolean): Condition[] {
  const known = [...new Set(series.map((row) => row.l7))];
  if (known.length === 0 || known.includes("")) return [];
  const steps = listed("request", "l7", known);
  return [condition("l7", "request", steps, complete ? 0 : steps.length)];
}

const TITLES: Partial<Record<FieldName, string>> = {
  attribution: "blocked by",
  proto: "protocol",
  l7: "request",
  "src.ip": "source",
  "src.fqdn": "source",
  "src.workload": "source",
  "src.ns": "source",
  "src.pod": "source",
  "dst.ip": "destination",
  "dst.fqdn": "destination",
  "dst.workload": "destination",
  "dst.ns": "destination",
  "dst.pod": "destination",
};

function titleOf(term: Term): string {
  if (term.field === "text") return "any text";
  const name: FieldName =
    "side" in term && term.side !== "either" ? `${term.side}.${term.field}` : term.field;
  const title = TITLES[name] ?? name;
  return term.negated ? `not ${title}` : title;
}
