/**
 * The waiting room of `pair`: flows that wait for their twin, found by the packet they speak of.
 * For each packet key it keeps two lists, verdicts and drops, both in order of flow time.
 */

import type { Flow } from "./flow";
import { lane, mix32 } from "./hash";

/** What is known of one observing node: its latest flow time, and its waiting flows by arrival. */
export type NodeQueue = { watermarkMs: number; head: Waiting | null; tail: Waiting | null };

export type Waiting = {
  flow: Flow;
  isVerdict: boolean;
  /** Flow time with its fraction, milliseconds. */
  timeMs: number;
  arrivalMs: number;
  packet: Packet;
  node: NodeQueue;
  /** Neighbours on the same side of the packet, in order of flow time. */
  earlier: Waiting | null;
  later: Waiting | null;
  /** Neighbours on the same node, in order of arrival. */
  nodeOlder: Waiting | null;
  nodeNewer: Waiting | null;
  /** Neighbours among all, in order of arrival. */
  older: Waiting | null;
  newer: Waiting | null;
};

/** Flows of one kind about one packet key, in order of flow time. */
export type Side = { head: Waiting | null; tail: Waiting | null };

/** The waiting flows of one packet key. */
export type Packet = { hash: number; flow: Flow; verdicts: Side; drops: Side; next: Packet | null };

const HEADS = 32_768;

export type WaitingRoom = {
  /** The waiting flows about the same packet as this flow, or null. */
  find(flow: Flow): Packet | null;
  add(
    flow: Flow,
    isVerdict: boolean,
    arrivalMs: number,
    packet: Packet | null,
    node: NodeQueue,
  ): Waiting;
  remove(waiting: Waiting): void;
  /** The one that came first, or null. */
  readonly oldest: Waiting | null;
  readonly size: number;
};

export function createWaitingRoom(): WaitingRoom {
  const heads: (Packet | null)[] = new Array<Packet | null>(HEADS).fill(null);
  let oldest: Waiting | null = null;
  let newest: Waiting | null = null;
  let size = 0;

  function find(flow: Flow): Packet | null {
    let packet = heads[packetHash(flow) & (HEADS - 1)] ?? null;
    while (packet !== null && !isSamePacket(packet.flow, flow)) packet = packet.next;
    return packet;
  }

  function addPacket(flow: Flow): Packet {
    const hash = packetHash(flow) & (HEADS - 1);
    const packet: Packet = {
      hash,
      flow,
      verdicts: { head: null, tail: null },
      drops: { head: null, tail: null },
      next: heads[hash] ?? null,
    };
    heads[hash] = packet;
    return packet;
  }

  function removePacket(packet: Packet): void {
    const first = heads[packet.hash] ?? null;
    if (first === packet) {
      heads[packet.hash] = packet.next;
      return;
    }
    let before = first;
    while (before !== null && before.next !== packet) before = before.next;
    if (before !== null) before.next = packet.next;
  }

  return {
    find,
    add(flow, isVerdict, arrivalMs, known, node) {
      const packet = known ?? addPacket(flow);
      const waiting: Waiting = {
        flow,
        isVerdict,
        timeMs: flow.timeMs + flow.timeNanos / 1e6,
        arrivalMs,
        packet,
        node,
        earlier: null,
        later: null,
        nodeOlder: node.tail,
        nodeNewer: null,
        older: newest,
        newer: null,
      };
      insertByTime(isVerdict ? packet.verdicts : packet.drops, waiting);
      if (node.tail === null) node.head = waiting;
      else node.tail.nodeNewer = waiting;
      node.tail = waiting;
      if (newest === null) oldest = waiting;
      else newest.newer = waiting;
      newest = waiting;
      size += 1;
      return waiting;
    },
    remove(waiting) {
      const { packet, node, earlier, later, nodeOlder, nodeNewer, older, newer } = waiting;
      const side = waiting.isVerdict ? packet.verdicts : packet.drops;
      if (earlier === null) side.head = later;
      else earlier.later = later;
      if (later === null) side.tail = earlier;
      else later.earlier = earlier;
      if (packet.verdicts.head === null && packet.drops.head === null) removePacket(packet);

      if (nodeOlder === null) node.head = nodeNewer;
      else nodeOlder.nodeNewer = nodeNewer;
      if (nodeNewer === null) node.tail = nodeOlder;
      else nodeNewer.nodeOlder = nodeOlder;

      if (older === null) oldest = newer;
      else older.newer = newer;
      if (newer === null) newest = older;
      else newer.older = older;
      size -= 1;
    },
    get oldest() {
      return oldest;
    },
    get size() {
      return size;
    },
  };
}

/** Keeps a side in order of flow time; flows come nearly sorted, so this looks from the end. */
function insertByTime(side: Side, waiting: Waiting): void {
  let before = side.tail;
  while (before !== null && before.timeMs > waiting.timeMs) before = before.earlier;
  waiting.earlier = before;
  if (before === null) {
    waiting.later = side.head;
    side.head = waiting;
  } else {
    waiting.later = before.later;
    before.later = waiting;
  }
  if (waiting.later === null) side.tail = waiting;
  else waiting.later.earlier = waiting;
}

function packetHash(flow: Flow): number {
  const ports = Math.imul(flow.sourcePort, 0x10001) ^ flow.destinationPort;
  return mix32(
    lane(flow.destinationIp, lane(flow.sourceIp, ports ^ (flow.icmpType << 20) ^ flow.dropReason)),
  );
}

/** Both flows of a refused packet agree in these; identities may differ between them. */
function isSamePacket(a: Flow, b: Flow): boolean {
  return (
    a.sourcePort === b.sourcePort &&
    a.destinationPort === b.destinationPort &&
    a.sourceIp === b.sourceIp &&
    a.destinationIp === b.destinationIp &&
    a.dropReason === b.dropReason &&
    a.protocol === b.protocol &&
    a.icmpType === b.icmpType &&
    a.icmpCode === b.icmpCode &&
    a.node === b.node &&
    a.cluster === b.cluster
  );
}
