/**
 * For tests: the real runtime over a real relay, both in this process, with a data folder of their
 * own. Only the network is shorter than in production.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@/lib/config";
import { createRelayServer, type Relay, type RelayOptions } from "@/lib/demo/relay";
import { balance } from "@/lib/drops/accounting";
import type { GroupBy, View } from "@/lib/drops/view";
import { createLog } from "@/lib/http/log";
import { EVERYTHING } from "@/lib/query/query";
import { createRuntime, type Runtime } from "./runtime";
import { relayFromEnvironment, type SourceSetup } from "./source-setup";

export type SampleRuntime = {
  relay: Relay;
  runtime: Runtime;
  dataDir: string;
  /** Waits until the source has received so many flows and none of them is in flight. */
  settled(received: number): Promise<void>;
  /** Everything stored, whatever its time. */
  everything(by?: GroupBy): Promise<View>;
  /** Ends the runtime; the relay and the folder stay. */
  stop(): Promise<void>;
  dispose(): Promise<void>;
};

const PATIENCE_MS = 15_000;
const FOREVER = {
  q: "",
  query: EVERYTHING,
  fromMs: 0,
  toMs: 4_102_444_800_000,
  by: "policy",
} as const;

export async function startSampleRuntime(
  options: {
    relay?: Relay;
    relayOptions?: RelayOptions;
    dataDir?: string;
    /** Instead of the relay. */
    sources?: readonly SourceSetup[];
  } = {},
): Promise<SampleRuntime> {
  const relay =
    options.relay ?? (await createRelayServer({ ledger: true, ...options.relayOptions }));
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "droplens-runtime-"));
  const runtime = await createRuntime({
    config: parseConfig({ DROPLENS_DATA_DIR: dataDir }),
    sources: options.sources ?? [relayFromEnvironment({ HUBBLE_SERVER: relay.address })],
    log: createLog("error"),
    nowMs: Date.now,
  });
  let isStopped = false;
  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    await runtime.stop(3_000);
  };
  return {
    relay,
    runtime,
    dataDir,
    settled: (received) => untilSettled(runtime, received),
    everything: (by = "policy") => runtime.past.view({ ...FOREVER, by }),
    stop,
    async dispose() {
      await stop();
      await relay.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function untilSettled(runtime: Runtime, received: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const [source] = runtime.sourceReports().sources;
    if (source !== undefined && source.received >= received && source.in_flight === 0) return;
    if (Date.now() > deadline) throw new Error(`not settled: ${JSON.stringify(source)}`);
    await new Promise((later) => setTimeout(later, 20));
  }
}

/** What is left of the accounting identity of the only source: 0 when it adds up. */
export function imbalance(runtime: Runtime): number {
  const [source] = runtime.sourceReports().sources;
  if (source === undefined) return Number.NaN;
  const { received, stored, paired, duplicate, rejected, out_of_scope, shed, in_flight } = source;
  const outcomes = { received, stored, paired, duplicate, rejected, shed };
  return balance({
    ...(outcomes as Parameters<typeof balance>[0]),
    outOfScope: out_of_scope,
    inFlight: in_flight,
  });
}
