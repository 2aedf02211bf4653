/**
 * Whether what is shown is whole, over all sources: what is missing is counted (we know how many),
 * bounded (at most so many) or unknown (a span of time), and nodes that nobody hears are named.
 */
import { isReadToEnd, isUp } from "@/lib/drops/reading";
import type { SourceReport, SourcesAnswer } from "@/lib/drops/source-report";

export type Trust = {
  /** Flows let go for want of room, and messages that could not be read. */
  counted: number;
  /** Events of any kind that Hubble says it lost. */
  atMost: bigint;
  /** Gaps of the last 24 hours that nothing filled, and how long they are together. */
  gaps: number;
  gapsMs: number;
  nodes: number;
  nodesMissing: number;
  /** Sources that were never heard: nobody knows what they would have told. */
  unheard: number;
  /** Ids of sources that deliver nothing now, and of those whose account does not add up. */
  down: readonly string[];
  unbalanced: readonly string[];
  /** Ids of sources that still hand over their past, or a file that is still read. */
  behind: readonly string[];
  /** Ids of sources with checks that failed. They lose nothing, but tell less. */
  failing: readonly string[];
  /** Nothing is known to be missing, every source delivers and every node is connected. */
  whole: boolean;
};

type Asked = {
  sources: readonly SourceReport[];
  store: Pick<SourcesAnswer["store"], "problem" | "state">;
};

export function trustOf({ sources, store }: Asked): Trust {
  const open = sources.flatMap(({ gaps }) => gaps.filter(({ refilled }) => !refilled));
  const counted = sum(sources, countedLoss);
  const atMost = sources.reduce((total, { lostAtMost }) => total + BigInt(lostAtMost), 0n);
  const nodesMissing = sum(sources, missingNodes);
  const down = sources.filter((source) => !isUp(source)).map(({ id }) => id);
  const unbalanced = sources.filter((source) => differenceOf(source) !== 0).map(({ id }) => id);
  return {
    counted,
    atMost,
    gaps: open.length,
    gapsMs: sum(open, ({ from, to }) => Date.parse(to) - Date.parse(from)),
    unheard: sources.filter(({ watchedSince }) => watchedSince === null).length,
    nodes: sum(
      sources,
      ({ nodesConnected, nodesUnavailable }) => nodesConnected + nodesUnavailable,
    ),
    nodesMissing,
    down,
    unbalanced,
    behind: sources.filter(isBehind).map(({ id }) => id),
    failing: sources.filter(hasFailed).map(({ id }) => id),
    whole:
      sources.length > 0 &&
      counted === 0 &&
      atMost === 0n &&
      open.length === 0 &&
      nodesMissing === 0 &&
      down.length === 0 &&
      !sources.some(isBehind) &&
      unbalanced.length === 0 &&
      store.state === "ok",
  };
}

/** Nodes that Relay does not reach, and those that refused what they were asked. */
export function missingNodes({ nodes, nodesUnavailable }: SourceReport): number {
  return Math.max(
    nodesUnavailable,
    sum(nodes, ({ state }) => (state === "unavailable" || state === "error" ? 1 : 0)),
  );
}

/** What we know that it lost here: let go, or not readable. */
export function countedLoss({ shed, rejected }: Pick<SourceReport, "shed" | "rejected">): number {
  return total(shed) + total(rejected);
}

/** More is to come of what has happened already. */
export function isBehind(source: Pick<SourceReport, "catchingUp" | "progress">): boolean {
  return source.catchingUp || (source.progress !== null && !isReadToEnd(source));
}

function hasFailed({ preflight }: SourceReport): boolean {
  return preflight.some(({ state }) => state === "failed");
}

/** `received` less its outcomes, added here anew: 0 when they add up. */
export function differenceOf(source: SourceReport): number {
  const { received, stored, paired, duplicate, rejected, out_of_scope, shed, in_flight } = source;
  return (
    received -
    stored -
    paired -
    duplicate -
    total(rejected) -
    out_of_scope -
    total(shed) -
    in_flight
  );
}

export function total(counts: Readonly<Record<string, number>>): number {
  return sum(Object.values(counts), (count) => count);
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((so, value) => so + of(value), 0);
}
