/**
 * Hubble's reader of a ring that is full begins with one event that it reports as lost: the place
 * that is written next. Who asked for everything that there is misses nothing by it, so it is no
 * loss. (Cilium `pkg/hubble/observer`: the oldest event of a wrapped ring is never readable.)
 */
import type { DecodedEvent } from "./event";

const MAX_NODES = 10_000;

/**
 * For one stream that asked for everything: true for an event that is the first of its node and
 * says that the ring lost one. Whatever else a node loses, and all that it loses later, is a loss.
 */
export function createRingOnset(): (event: DecodedEvent) => boolean {
  const heard = new Set<string>();
  return (event) => {
    if (event.kind !== "flow" && event.kind !== "lost") return false;
    const { cluster, node } = event.kind === "flow" ? event.flow : event;
    const name = `${cluster}/${node}`;
    if (heard.has(name) || heard.size >= MAX_NODES) return false;
    heard.add(name);
    return event.kind === "lost" && event.source === "HUBBLE_RING_BUFFER" && event.count === 1n;
  };
}
