/**
 * The query that asks for what is selected. The language says "and" between terms and "or" within
 * one, so several edges become one query only where they differ in values, not in kind; it then
 * also finds what lies between the same ends.
 */

import type { GraphEdge, GraphNode } from "@/lib/graph/graph";
import { termOf, withTerm } from "@/lib/query/edit";
import { formatQuery, termText } from "@/lib/query/format";
import { partyTerms } from "@/lib/query/grouping";
import { isSideTerm, type Query, type Term, type Value } from "@/lib/query/query";

export type Selection = { nodes: readonly GraphNode[]; edges: readonly GraphEdge[] };

/** `query` with the selection as further terms, or null where one query cannot say it. */
export function narrowQuery(
  query: Query,
  selection: Selection,
  nodeById: ReadonlyMap<string, GraphNode>,
): string | null {
  const asked = selectionTerms(selection, nodeById);
  if (asked === null || asked.length === 0) return null;
  return formatQuery(asked.reduce(withTerm, query));
}

/** The selection as terms alone, for "mark expected". */
export function selectionQuery(
  selection: Selection,
  nodeById: ReadonlyMap<string, GraphNode>,
): string | null {
  const asked = selectionTerms(selection, nodeById);
  return asked === null || asked.length === 0 ? null : formatQuery({ terms: asked });
}

function selectionTerms(
  { nodes, edges }: Selection,
  nodeById: ReadonlyMap<string, GraphNode>,
): Term[] | null {
  const lists = [
    ...edges.map((edge) => edgeTerms(edge, nodeById)),
    // An end of either kind: the node has no side of its own.
    ...(edges.length > 0 ? [] : nodes.map((node) => nodeTerms("src", node).map(eitherSide))),
  ];
  return mergeTerms(lists);
}

export function edgeTerms(edge: GraphEdge, nodeById: ReadonlyMap<string, GraphNode>): Term[] {
  const source = nodeById.get(edge.source);
  const destination = nodeById.get(edge.destination);
  return [
    ...(source === undefined ? [] : nodeTerms("src", source)),
    ...(destination === undefined ? [] : nodeTerms("dst", destination)),
    termOf("direction", [edge.direction]),
  ];
}

function nodeTerms(side: "src" | "dst", node: GraphNode): Term[] {
  const { kind, name, namespace, cluster } = node;
  switch (kind) {
    case "domain":
      return [globTerm(side, name)];
    case "network":
      return [termOf(`${side}.ip`, [name])];
    case "namespace":
      return [termOf(`${side}.ns`, [namespace])];
    case "cluster":
      return [termOf("cluster", [cluster]), termOf(`${side}.ns`, [""], true)];
    case "outside":
      return [
        termOf(`${side}.label`, ["reserved:world"]),
        termOf(`${side}.fqdn`, [""], name === "the world, by name"),
      ];
    default:
      return partyTerms(side, { kind, name, namespace });
  }
}

function globTerm(side: "src" | "dst", pattern: string): Term {
  const value: Value = { op: "=", text: pattern, glob: true };
  return { field: "fqdn", side, negated: false, values: [value] };
}

function eitherSide(term: Term): Term {
  return isSideTerm(term) ? { ...term, side: "either" } : term;
}

/** Null where the lists do not have the same fields. */
function mergeTerms(lists: readonly (readonly Term[])[]): Term[] | null {
  const [first, ...others] = lists;
  if (first === undefined) return [];
  const merged = first.map((term) => ({ ...term, values: [...term.values] }));
  for (const list of others) {
    if (list.length !== merged.length) return null;
    for (const [at, term] of list.entries()) {
      const sum = merged[at];
      if (sum === undefined || headOf(sum) !== headOf(term)) return null;
      for (const value of term.values) {
        const isThere = sum.values.some(
          (one) => one.text === value.text && one.glob === value.glob && one.op === value.op,
        );
        if (!isThere) sum.values.push(value);
      }
    }
  }
  return merged;
}

/** Field, side and negation: the text before the values. */
function headOf(term: Term): string {
  return termText({ ...term, values: [] });
}
