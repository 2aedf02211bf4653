/** Builds the drop from its joined flows: what changes from drop to drop beside its series. */
import type { Drop, Series } from "./drop";
import type { Flow } from "./flow";
import type { Remembered } from "./remembered";

export type DropFacts = {
  series: Series;
  attempt: 0 | 1;
  /** Id of the Droplens source. */
  origin: string;
  /** Default null. */
  remembered?: Remembered | null;
};

/** At least one flow must be given. Its uuid is the verdict flow's, so that it is the same drop
 * whether its twin came or not; its time is the earlier of the two. */
export function buildDrop(verdictFlow: Flow | null, dropFlow: Flow | null, facts: DropFacts): Drop {
  const flow = verdictFlow ?? dropFlow;
  if (flow === null) throw new TypeError("a drop has at least one flow");
  const other = verdictFlow === null ? flow : (dropFlow ?? flow);
  const earlier = isEarlier(other, flow) ? other : flow;
  return {
    uuid: flow.uuid,
    timeMs: earlier.timeMs,
    timeNanos: earlier.timeNanos,
    series: facts.series,
    count: Math.max(flow.count, other.count),
    attempt: facts.attempt,
    origin: facts.origin,
    node: flow.node,
    sourcePod: flow.source.pod || other.source.pod,
    destinationPod: flow.destination.pod || other.destination.pod,
    sourceIp: flow.sourceIp,
    destinationIp: flow.destinationIp,
    sourcePort: flow.sourcePort,
    sourceIdentity: flow.source.identity || other.source.identity,
    destinationIdentity: flow.destination.identity || other.destination.identity,
    tcpFlags: flow.tcpFlags || other.tcpFlags,
    remembered: facts.remembered ?? null,
    verdictFlow,
    dropFlow,
  };
}

function isEarlier(a: Flow, b: Flow): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.timeNanos < b.timeNanos);
}
