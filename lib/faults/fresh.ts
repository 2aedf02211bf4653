/** For tests: a flow that nobody has seen before, and the wait until a browser has. */
import { randomUUID } from "node:crypto";
import type { Runtime } from "@/lib/live/runtime";
import { EVERYTHING } from "@/lib/query/query";

export type FreshFlow = { uuid: string; time: string } & Record<string, unknown>;

/** A drop in Hubble's JSON that waits for no twin: the kernel's, not a policy's. */
export function freshFlow(change: object = {}): FreshFlow {
  return {
    uuid: randomUUID(),
    time: new Date().toISOString(),
    verdict: "DROPPED",
    drop_reason: 130,
    drop_reason_desc: "INVALID_SOURCE_IP",
    event_type: { type: 1, sub_type: 130 },
    IP: { source: "10.0.0.1", destination: "10.0.0.2", ipVersion: "IPv4" },
    l4: { TCP: { source_port: 40_000, destination_port: 443, flags: { SYN: true } } },
    source: { identity: 1001, namespace: "shop", pod_name: "web-5d8c7b9f4-abcde" },
    destination: { identity: 1002, namespace: "shop", pod_name: "db-0" },
    traffic_direction: "EGRESS",
    Type: "L3_L4",
    node_name: "c1/n1",
    ...change,
  };
}

export function freshFlows(count: number, change: (at: number) => object = () => ({})) {
  return Array.from({ length: count }, (_, at) => freshFlow(change(at)));
}

const PATIENCE_MS = 15_000;

/**
 * Opens a live view as a browser does, calls `send`, and resolves once the view tells of the flow.
 */
export async function untilSeenLive(
  runtime: Pick<Runtime, "live">,
  uuid: string,
  send: () => void,
): Promise<void> {
  const params = { q: "", query: EVERYTHING, rangeMs: 300_000 };
  const stream = await runtime.live(params, null);
  send();
  let alarm: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const words = `a fresh flow (${uuid}) was not seen live`;
    alarm = setTimeout(() => reject(new Error(words)), PATIENCE_MS);
  });
  const seen = (async () => {
    for (;;) {
      const { done, value } = await stream.next();
      if (done) throw new Error("the live stream ended before a fresh flow came");
      if (new TextDecoder().decode(value).includes(uuid)) return;
    }
  })();
  return Promise.race([seen, late]).finally(() => {
    clearTimeout(alarm);
    seen.catch(() => {});
    void stream.return();
  });
}
