/**
 * How one condition is widened, step by step: an address to its blocks, a name to its parents, a
 * workload to its namespace, a tag to its prefixes. The first step asks for exactly the given
 * values, the last for nothing.
 */
import { blockText, readBlock } from "@/lib/query/address";
import { termOf } from "@/lib/query/edit";
import { escapeGlob } from "@/lib/query/glob";
import type { FieldName, Term, Value } from "@/lib/query/query";

/** `terms` are what it asks for; none is "any". All of them must hold. */
export type Step = { label: string; terms: readonly Term[] };

export type EndOf = "src" | "dst";

/** More values than this are not listed one by one. */
export const MOST_LISTED = 8;

export const ANY: Step = { label: "any", terms: [] };

/** A step of these values; null when there are none, or too many to list. */
export function listed(label: string, field: FieldName, values: readonly string[]): Step[] {
  const distinct = [...new Set(values)];
  if (distinct.length === 0 || distinct.length > MOST_LISTED) return [];
  return [{ label, terms: [termOf(field, distinct)] }];
}

/** A step of patterns in the glob language; `*` is any run of characters. */
function patterned(label: string, field: FieldName, patterns: readonly string[]): Step[] {
  const distinct = [...new Set(patterns)];
  if (distinct.length === 0 || distinct.length > MOST_LISTED) return [];
  const values = distinct.map((text): Value => {
    const glob = text.includes("*");
    return { op: "=", text: glob ? text : text.replace(/\\(.)/g, "$1"), glob };
  });
  return [{ label, terms: [{ ...termOf(field, []), values }] }];
}

/** Bits of a block that each step keeps. */
const IPV4_STEPS = [24, 16];
const IPV6_STEPS = [64, 48];

export function addressSteps(end: EndOf, addresses: readonly string[]): Step[] {
  const field: FieldName = `${end}.ip`;
  const isBlock = addresses.some((text) => text.includes("/"));
  const isV6 = addresses.some((text) => text.includes(":"));
  const steps = listed(isBlock ? "block" : "address", field, addresses);
  for (const bits of isV6 ? IPV6_STEPS : IPV4_STEPS) {
    const blocks = addresses.map((text) => blockAround(text, bits));
    const known = blocks.filter((block) => block !== null);
    if (known.length === blocks.length && known.some((block) => !addresses.includes(block))) {
      steps.push(...listed(`/${bits}`, field, known));
    }
  }
  return steps;
}

/** The block of so many bits around an address or a smaller block; null when that is none. */
function blockAround(text: string, bits: number): string | null {
  const [address = ""] = text.split("/");
  const block = readBlock(text);
  if (block === null) return null;
  const isIpv4 = !address.includes(":");
  const own = isIpv4 ? block.prefix - 96 : block.prefix;
  if (own < bits || (!isIpv4 && bits <= 32)) return null;
  return blockText(`${address}/${bits}`);
}

/** Names, then `*.` and what all of them end in, as long as two labels are left. */
export function nameSteps(end: EndOf, names: readonly string[]): Step[] {
  const field: FieldName = `${end}.fqdn`;
  const steps = listed("name", field, names);
  const common = commonEnd(names.map((name) => name.split(".")));
  const single = new Set(names).size === 1;
  for (let labels = common.slice(single ? 1 : 0); labels.length >= 2; labels = labels.slice(1)) {
    const parent = labels.join(".");
    const pattern = `*.${escapeGlob(parent)}`;
    const bare = names.includes(parent) ? [escapeGlob(parent)] : [];
    steps.push(...patterned(`*.${parent}`, field, [...bare, pattern]));
    if (steps.length > 3) break;
  }
  return steps;
}

function commonEnd(names: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = names;
  return others.reduce((common, labels) => {
    let length = 0;
    const most = Math.min(common.length, labels.length);
    while (length < most && common.at(-1 - length) === labels.at(-1 - length)) length += 1;
    return common.slice(common.length - length);
  }, first);
}

export type Owner = { namespace: string; name: string };

/** Workloads as `namespace/name`, then their namespaces. */
export function workloadSteps(end: EndOf, workloads: readonly Owner[]): Step[] {
  const paths = workloads.map(({ namespace, name }) =>
    namespace === "" ? name : `${namespace}/${name}`,
  );
  const namespaces = workloads.map(({ namespace }) => namespace);
  return [...listed("workload", `${end}.workload`, paths), ...namespaceSteps(end, namespaces)];
}

export function namespaceSteps(end: EndOf, namespaces: readonly string[]): Step[] {
  return namespaces.includes("") ? [] : listed("namespace", `${end}.ns`, namespaces);
}

/** A tag, then its prefixes up to each separator, the longest first, at most three. */
export function tagSteps(tag: string): Step[] {
  const ends = [...tag.matchAll(/[-_.:/]+/g)].map((match) => match.index + match[0].length);
  const prefixes = ends
    .filter((at) => at >= 3 && at < tag.length)
    .reverse()
    .slice(0, 3)
    .map((at) => tag.slice(0, at));
  return [
    ...listed("exact", "tag", [tag]),
    ...prefixes.flatMap((prefix) => patterned(`${prefix}*`, "tag", [`${escapeGlob(prefix)}*`])),
  ];
}

/** A policy as `namespace/name` (`/name` when it has no namespace), then all of its namespace. */
export function policySteps({ namespace, name }: Owner): Step[] {
  const all =
    namespace === "" ? [] : patterned("namespace", "policy", [`${escapeGlob(namespace)}/*`]);
  return [...listed("this", "policy", [`${namespace}/${name}`]), ...all];
}

/** Ports, then the range that holds them all. */
export function portSteps(ports: readonly number[]): Step[] {
  const least = Math.min(...ports);
  const most = Math.max(...ports);
  const steps = listed(ports.length === 1 ? "this" : "these", "port", ports.map(String));
  if (least === most) return steps;
  const range: Value = { op: "=", text: `${least}..${most}`, glob: false };
  return [...steps, { label: "range", terms: [{ ...termOf("port", []), values: [range] }] }];
}

/** The steps of a term as it stands in a query, from itself to nothing. */
export function ladderOf(term: Term): Step[] {
  const own: Step = { label: "this", terms: [term] };
  if (term.negated || term.field === "text") return [own, ANY];
  const literals = term.values.filter(
    (value) => value.op === "=" && !value.glob && value.text !== "",
  );
  const texts = literals.length === term.values.length ? literals.map((value) => value.text) : [];
  return [own, ...widerThan(term, texts), ANY];
}

function widerThan(term: Term, texts: readonly string[]): Step[] {
  const end = "side" in term && term.side !== "either" ? term.side : null;
  const [first = ""] = texts;
  if (term.field === "tag" && texts.length === 1) return tagSteps(first).slice(1);
  if (term.field === "policy" && texts.length === 1 && first.includes("/")) {
    return policySteps(ownerOf(first)).slice(1);
  }
  if (end === null) return [];
  if (term.field === "ip" && texts.length > 0) return withoutOwn(term, addressSteps(end, texts));
  if (term.field === "fqdn") return withoutOwn(term, namesAbove(end, term.values, texts));
  if ((term.field === "workload" || term.field === "pod") && texts.length > 0) {
    const owners = texts.map(ownerOf);
    return namespaceSteps(
      end,
      owners.map((owner) => owner.namespace),
    );
  }
  return [];
}

function namesAbove(end: EndOf, values: readonly Value[], texts: readonly string[]): Step[] {
  if (texts.length > 0) return nameSteps(end, texts);
  const [only, ...others] = values;
  // `*.telemetry.example.com` goes on to `*.example.com`.
  const parent =
    only?.glob && others.length === 0 ? /^\*\.([^*\\]+)$/.exec(only.text)?.[1] : undefined;
  return parent === undefined ? [] : nameSteps(end, [parent]).slice(1);
}

function withoutOwn(term: Term, steps: readonly Step[]): Step[] {
  const own = JSON.stringify(term.values);
  return steps.filter((step) => JSON.stringify(step.terms[0]?.values) !== own);
}

function ownerOf(path: string): Owner {
  const slash = path.indexOf("/");
  if (slash < 0) return { namespace: "", name: path };
  return { namespace: path.slice(0, slash), name: path.slice(slash + 1) };
}
