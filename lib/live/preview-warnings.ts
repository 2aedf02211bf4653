/** In words: in what a draft reaches further than it looks, or than what it is made from. */
import type { Series } from "@/lib/drops/drop";
import type { Query } from "@/lib/query/query";
import { isSideTerm } from "@/lib/query/query";
import type { Hidden } from "./preview";

const MANY_GROUPS = 20;
/** Named in a warning; the others are counted. */
const NAMED = 3;

export function previewWarnings(
  query: Query,
  hidden: readonly Hidden[],
  groupCount: number,
): string[] {
  const warnings: string[] = [];
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
