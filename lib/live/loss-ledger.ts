/**
 * What Hubble says it lost, by the place that lost it and the node: how much at most, and between
 * which times. Never added to drops: it is of any verdict.
 */
import { nodeName } from "@/lib/drops/flow-facts";
import type { LossReport } from "@/lib/drops/source-report";
import type { LostEvent } from "@/lib/hubble/event";

export type LossLedger = {
  add(event: LostEvent, nowMs: number): void;
  /** The last first. */
  report(): LossReport[];
};

type Loss = { place: string; node: string; count: bigint; fromMs: number; toMs: number };

/** Beyond these, places of further nodes are one line together. */
const MAX_LINES = 200;

export function createLossLedger(): LossLedger {
  const losses = new Map<string, Loss>();

  return {
    add(event, nowMs) {
      const node = nodeName(event.cluster, event.node);
      const key = `${event.source} ${node}`;
      const isNew = !losses.has(key) && losses.size >= MAX_LINES;
      const name = isNew ? "other nodes" : node;
      const fromMs = event.firstMs ?? nowMs;
      const toMs = event.lastMs ?? nowMs;
      const loss = losses.get(isNew ? "" : key);
      if (loss === undefined) {
        const place = isNew ? "" : event.source;
        losses.set(isNew ? "" : key, { place, node: name, count: event.count, fromMs, toMs });
        return;
      }
      loss.count += event.count;
      loss.fromMs = Math.min(loss.fromMs, fromMs);
      loss.toMs = Math.max(loss.toMs, toMs);
    },
    report: () =>
      [...losses.values()]
        .sort((a, b) => b.toMs - a.toMs)
        .map(({ place, node, count, fromMs, toMs }) => ({
          place,
          node,
          atMost: String(count),
          from: new Date(fromMs).toISOString(),
          to: new Date(toMs).toISOString(),
        })),
  };
}
