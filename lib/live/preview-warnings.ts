/** In words: in what a draft reaches further than it looks, or than what it is made from. */
import type { Series } from "@/lib/drops/drop";
import { OTHER_NAMES } from "@/lib/drops/remembered";
import type { Query, SideTerm, Term } from "@/lib/query/query";
import { isSideTerm } from "@/lib/query/query";
import { withoutTrailingDot } from "@/lib/query/value-meaning";
import { compilePresent } from "@/lib/query/value-tests";
import type { Naming } from "./naming";
import type { Hidden } from "./preview-sums";

const MANY_GROUPS = 20;
/** Named in a warning; the others are counted. */
const NAMED = 3;

export function previewWarnings(
  query: Query,
  hidden: readonly Hidden[],
  groupCount: number,
  naming: Pick<Naming, "sharedBy" | "namesOf"> | null = null,
): string[] {
  const warnings: string[] = naming === null ? [] : sharedWarnings(query, hidden, naming);
  const beyond = hidden.some(({ isBasis }) => !isBasis);
  if (beyond) {
    for (const [what, of] of COMPARED) {
      const more = newValues(hidden, of);
      if (more.length > 0) {
        warnings.push(`It also hides ${what} that it is not made from: ${listed(more)}.`);
      }
    }
  }
  const namespaces = valuesOf(hidden, ({ source }) => source.namespace || "(none)");
  if (!beyond && namespaces.length > 1 && !bounds(query, "src")) {
    warnings.push(`It spans ${namespaces.length} source namespaces: ${listed(namespaces)}.`);
  }
  const isWorld = hidden.some(({ series }) => isOutside(series));
  if (isWorld && !bounds(query, "dst")) {
    warnings.push("It names no destination, and hides drops towards the world.");
  }
  if (query.terms.length > 0 && query.terms.every(({ negated }) => negated)) {
    warnings.push("It only leaves things out: whatever comes anew is hidden too.");
  }
  if (groupCount > MANY_GROUPS) warnings.push(`It is broad: it touches ${groupCount} groups.`);
  return warnings;
}

/**
 * That addresses served other names than those it asks for: by name it hides a drop whose flow gives
 * several of them, by address the drops to all of them.
 */
function sharedWarnings(
  query: Query,
  hidden: readonly Hidden[],
  { sharedBy, namesOf }: Pick<Naming, "sharedBy" | "namesOf">,
): string[] {
  const byName = query.terms.filter(isNameTerm);
  if (byName.length > 0) {
    const tests = byName.map(({ values }) => compilePresent(values.map(withoutTrailingDot), true));
    const [worst, ...rest] = sharedBy((name) => tests.some((test) => test(name)));
    if (worst === undefined) return [];
    const also = rest.length === 0 ? "" : `, and ${rest.length} more addresses so`;
    return [
      `${worst.address} also served ${othersText(worst.others)}${also}: this rule by name would hide them too ` +
        "where Hubble gives several names at once. New drops to it without a name stay shown.",
    ];
  }
  for (const { series } of hidden) {
    const { kind, name } = series.destination;
    const names = kind === "address" ? namesOf(series.cluster, name) : [];
    if (names.length < 2) continue;
    return [
      `${name} served ${othersText(names)}: this rule by address hides drops to all of them.`,
    ];
  }
  return [];
}

function isNameTerm(term: Term): term is SideTerm {
  return term.field === "fqdn" && !term.negated;
}

/** `cnn.com and 4 others`. */
function othersText(names: readonly string[]): string {
  const [first = ""] = names;
  const rest = names.length - 1;
  if (rest === 0) return first === OTHER_NAMES ? "others" : first;
  return `${first} and ${rest} ${rest === 1 ? "other" : "others"}`;
}

type Of = (series: Series) => string;

const COMPARED: readonly (readonly [string, Of])[] = [
  ["drops of a verdict", ({ verdict }) => verdict],
  ["drops of an attribution", ({ attribution }) => attribution.kind],
  ["destinations", ({ destination }) => partyText(destination)],
];

function newValues(hidden: readonly Hidden[], of: Of): string[] {
  const basis = valuesOf(
    hidden.filter(({ isBasis }) => isBasis),
    of,
  );
  return valuesOf(hidden, of).filter((value) => !basis.includes(value));
}

function valuesOf(hidden: readonly Hidden[], of: Of): string[] {
  return [...new Set(hidden.map(({ series }) => of(series)))];
}

function listed(values: readonly string[]): string {
  const named = values.slice(0, NAMED).join(", ");
  return values.length > NAMED ? `${named} and ${values.length - NAMED} more` : named;
}

function partyText({ namespace, name }: Series["destination"]): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

function isOutside({ destination }: Series): boolean {
  return destination.namespace === "" && destination.kind !== "workload";
}

/** Whether the query says anything of an end, or of the group or series as a whole. */
function bounds(query: Query, side: "src" | "dst"): boolean {
  return query.terms.some((term) => {
    if (term.negated) return false;
    if (isSideTerm(term)) return term.side === side || term.side === "either";
    return term.field === "group" || term.field === "series";
  });
}
