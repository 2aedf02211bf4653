/**
 * Joins the two flows that Cilium emits for one refused packet: the policy verdict (type 5, which
 * carries names and tags) and the drop (type 1, which carries the code place). Both have the same
 * node, addresses, protocol, ports and drop reason and normally come within a millisecond; every
 * retry of a SYN is a pair of its own. Either stream may be switched off in the cluster, so a flow
 * without a twin leaves alone once its time is up.
 */
import { EVENT_DROP, EVENT_POLICY_VERDICT, type Flow } from "./flow";
import { isPolicyReason } from "./reason";
import { createWaitingRoom, type NodeQueue, type Side, type Waiting } from "./waiting";

export type EmitPair = (verdictFlow: Flow | null, dropFlow: Flow | null) => void;

export type PairerOptions = {
  /** Greatest distance in flow time between twins, and how long a flow waits. Default 1000. */
  windowMs?: number;
  /** Twins this near are joined at once; farther ones when no nearer one can come. Default 5. */
  nearMs?: number;
  /** Most flows that wait; beyond it the oldest leaves alone. Default 131,072. */
  maxWaiting?: number;
};

export type Pairer = {
  /** Takes a flow and emits what is decided by it: nothing, itself, itself with its twin, others. */
  push(flow: Flow, arrivalMs: number, emit: EmitPair): void;
  /** Emits every flow that arrived at or before the given time, which is a window ago; `Infinity`
   * empties the room. */
  flush(olderThanArrivalMs: number, emit: EmitPair): void;
  /** Flows that wait for their twin. */
  readonly pending: number;
};

const MAX_NODES = 16_384;
/** A clock is corrected by less than this without a word. */
const CLOCK_SLACK_MS = 1_000;
const NOBODY: Side = { head: null, tail: null };

export function createPairer(options: PairerOptions = {}): Pairer {
  const { windowMs = 1000, nearMs = 5, maxWaiting = 131_072 } = options;
  const room = createWaitingRoom();
  const nodes = createNodeQueues();

  function push(flow: Flow, arrivalMs: number, emit: EmitPair): void {
    if (!mayHaveTwin(flow)) {
      if (isVerdictSide(flow)) emit(flow, null);
      else emit(null, flow);
      return;
    }
    const isVerdict = flow.eventType === EVENT_POLICY_VERDICT;
    const packet = room.find(flow);
    const timeMs = flow.timeMs + flow.timeNanos / 1e6;
    const others = packet === null ? NOBODY : isVerdict ? packet.drops : packet.verdicts;
    const twin = nearest(others, flow, timeMs, Math.min(nearMs, windowMs));
    const node = nodes.of(flow);
    if (twin !== null) {
      room.remove(twin);
      emitJoined(flow, isVerdict, twin.flow, emit);
    } else {
      room.add(flow, isVerdict, arrivalMs, packet, node);
      if (room.size > maxWaiting && room.oldest !== null) settle(room.oldest, emit);
    }
    advance(node, flow.timeMs, emit);
  }

  /** Lets go of the node's flows that nothing still to come can be near enough to. */
  function advance(node: NodeQueue, timeMs: number, emit: EmitPair): void {
    // A flow from before the window means that the node's ring is being read again: time steps back.
    if (timeMs > node.watermarkMs || timeMs < node.watermarkMs - windowMs)
      node.watermarkMs = timeMs;
    while (node.head !== null && node.head.timeMs + windowMs < node.watermarkMs)
      settle(node.head, emit);
  }

  /**
   * Decides about a flow whose time is up: joined with its nearest counterpart, unless that one is
   * nearer to another flow, which is then joined first. So the nearest always go together.
   */
  function settle(waiting: Waiting, emit: EmitPair): void {
    for (;;) {
      let one = waiting;
      let other = counterpart(one);
      while (other !== null) {
        const rival = counterpart(other);
        if (rival === null || rival === one || distance(rival, other) >= distance(one, other))
          break;
        one = other;
        other = rival;
      }
      room.remove(one);
      if (other === null) {
        if (one.isVerdict) emit(one.flow, null);
        else emit(null, one.flow);
        return;
      }
      room.remove(other);
      emitJoined(one.flow, one.isVerdict, other.flow, emit);
      if (one === waiting || other === waiting) return;
    }
  }

  function counterpart(waiting: Waiting): Waiting | null {
    const { packet, isVerdict, flow, timeMs } = waiting;
    return nearest(isVerdict ? packet.drops : packet.verdicts, flow, timeMs, windowMs);
  }

  return {
    push,
    flush(olderThanArrivalMs, emit) {
      // Arrived in the future: the clock was set back, and none shall wait until it is there again.
      const futureMs = olderThanArrivalMs + windowMs + CLOCK_SLACK_MS;
      for (let one = room.oldest; one !== null; one = room.oldest) {
        if (one.arrivalMs > olderThanArrivalMs && one.arrivalMs < futureMs) break;
        settle(one, emit);
      }
    },
    get pending() {
      return room.size;
    },
  };
}

/**
 * Only a refused packet with a policy reason has two flows. Without an event type (a masked record)
 * or without addresses there is nothing to join by, and such a flow does not wait.
 */
function mayHaveTwin(flow: Flow): boolean {
  return (
    flow.verdict === "DROPPED" &&
    (flow.eventType === EVENT_POLICY_VERDICT ||
      (flow.eventType === EVENT_DROP && isPolicyReason(flow.dropReason))) &&
    (flow.sourceIp !== "" || flow.destinationIp !== "")
  );
}

/** Which of the two a flow is that passes alone: only verdicts and L7 records are of the first kind. */
function isVerdictSide(flow: Flow): boolean {
  if (flow.eventType === EVENT_DROP) return false;
  if (flow.eventType !== 0) return true;
  return (
    flow.verdict === "AUDIT" ||
    flow.l7 !== null ||
    flow.deniedBy.length > 0 ||
    flow.policyLog !== null
  );
}

/**
 * Nearest in flow time among one side of a packet, at most `limitMs` away; the earlier of two. It
 * looks from the end of the list that is nearer, which in a flood about one packet key is next to
 * the answer: the last where twins come at once, the first where one stream lags.
 */
function nearest(side: Side, flow: Flow, timeMs: number, limitMs: number): Waiting | null {
  const { head, tail } = side;
  if (head === null || tail === null) return null;
  const fromHead = Math.abs(timeMs - head.timeMs) < Math.abs(tail.timeMs - timeMs);
  let best: Waiting | null = null;
  let bestMs = limitMs;
  let candidate: Waiting | null = fromHead ? head : tail;
  for (; candidate !== null; candidate = fromHead ? candidate.later : candidate.earlier) {
    const aheadMs = candidate.timeMs - timeMs;
    const apartMs = Math.abs(aheadMs);
    if (apartMs > bestMs) {
      if (fromHead ? aheadMs > 0 : aheadMs < 0) break;
      continue;
    }
    if (fromHead && best !== null && apartMs === bestMs) continue;
    if (!agreeInDirection(candidate.flow, flow)) continue;
    best = candidate;
    bestMs = apartMs;
  }
  return best;
}

function agreeInDirection(a: Flow, b: Flow): boolean {
  return a.direction === b.direction || a.direction === "unknown" || b.direction === "unknown";
}

function distance(a: Waiting, b: Waiting): number {
  return Math.abs(a.timeMs - b.timeMs);
}

function emitJoined(flow: Flow, isVerdict: boolean, twin: Flow, emit: EmitPair): void {
  if (isVerdict) emit(flow, twin);
  else emit(twin, flow);
}

/** The queue of each observing node; the map is emptied when a flood of names fills it. */
function createNodeQueues(): { of(flow: Flow): NodeQueue } {
  const byCluster = new Map<string, Map<string, NodeQueue>>();
  let count = 0;
  return {
    of(flow) {
      let byNode = byCluster.get(flow.cluster);
      const known = byNode?.get(flow.node);
      if (known !== undefined) return known;
      if (count >= MAX_NODES) {
        byCluster.clear();
        byNode = undefined;
        count = 0;
      }
      if (byNode === undefined) {
        byNode = new Map();
        byCluster.set(flow.cluster, byNode);
      }
      const queue: NodeQueue = { watermarkMs: flow.timeMs, head: null, tail: null };
      byNode.set(flow.node, queue);
      count += 1;
      return queue;
    },
  };
}
