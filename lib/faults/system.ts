/**
 * For tests: the whole runtime, with a real store in a folder of its own, over a relay with a ledger
 * and a proxy between them, and the judge at the end. Only waits are shorter than in production.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@/lib/config";
import type { Gap } from "@/lib/drops/view";
import { createLog } from "@/lib/http/log";
import { parseRelayAddress } from "@/lib/hubble/relay-address";
import type { RelayOptions } from "@/lib/hubble/relay-options";
import { sourceThread } from "@/lib/hubble/sample-thread";
import { createRuntime, type Runtime, type RuntimeOptions } from "@/lib/live/runtime";
import { type SourceSetup, relaySource as sourceOf } from "@/lib/live/source-setup";
import { EVERYTHING } from "@/lib/query/query";
import { freshFlow, untilSeenLive } from "./fresh";
import { type Epoch, judgeCase, type Tally } from "./judge";
import type { Ledger } from "./ledger";
import { type LedgerRelay, type LedgerRelayOptions, startLedgerRelay } from "./ledger-relay";
import { outcomesOf, readBack, type SourceReport } from "./read-back";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy";

export type FaultSystem = {
  readonly relay: LedgerRelay;
  /** Between the runtime and the relay. */
  readonly proxy: TcpProxy;
  readonly runtime: Runtime;
  readonly dataDir: string;
  /** Lines of the log so far. */
  readonly log: readonly string[];
  /** The report of the source, the first where no id is given. */
  source(id?: string): SourceReport;
  /** Waits until the source's report is as wanted, and returns it. */
  until(what: string, wanted: (source: SourceReport) => boolean): Promise<SourceReport>;
  /** Waits until every flow received so far has its outcome. */
  settled(): Promise<SourceReport>;
  /** Gaps that the screen shows over the last hour, or from a time on. */
  gaps(fromMs?: number): Promise<readonly Gap[]>;
  /** Ends the runtime; a new one over the same folder begins with `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Sends a fresh flow and waits until a browser sees it, then judges. Throws with complaints. */
  judge(): Promise<Tally>;
  /** Clears away without a verdict: for a fault that no fresh flow can come through. */
  abandon(): Promise<void>;
  /** Judges where that was not done yet, and clears away. Call it after every test. */
  dispose(): Promise<void>;
};

export type FaultSystemOptions = {
  relay?: LedgerRelayOptions;
  /** Changes how the relay is followed. */
  follow?: Partial<RelayOptions>;
  /** Instead of the one relay behind the proxy. */
  sources?: (relay: SourceSetup) => readonly SourceSetup[];
  /** Ledgers of relays beside the harness's own. */
  ledgers?: readonly Ledger[];
  runtime?: Partial<RuntimeOptions>;
  environment?: Record<string, string>;
  /** A folder of the test's own, which stays. */
  dataDir?: string;
  /** The runtime is started by the test, and not before. */
  isStopped?: boolean;
  /** The relay does not listen at first. */
  isRelayDown?: boolean;
};

const PATIENCE_MS = 15_000;
const QUICK_RELAY = {
  backoffMs: 20,
  earlyCapMs: 100,
  lateCapMs: 200,
  probeIntervalMs: 60_000,
};
const QUICK_INGEST = {
  ...{ batchMs: 50, flushMs: 20, beatMs: 100, firstBeatMs: 50, backfillMs: 10_000 },
  storeRetryMs: 100,
  settleMs: 150,
};

export async function startFaultSystem(options: FaultSystemOptions = {}): Promise<FaultSystem> {
  const relay = await startLedgerRelay(options.relay);
  if (options.isRelayDown) relay.kill();
  const proxy = await startTcpProxy(relay.port);
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "droplens-faults-"));
  const environment = { DROPLENS_PAIR_WINDOW_MS: "100", ...options.environment };
  const log: string[] = [];
  const epochs: Epoch[] = [];
  let running: Runtime | null = null;
  let isJudged = false;

  const viaProxy = relaySource(proxy.port, options.follow);
  const sources = options.sources?.(viaProxy) ?? [viaProxy];
  const ledgers = [relay.ledger, ...(options.ledgers ?? [])];

  async function start(): Promise<void> {
    running = await createRuntime({
      config: parseConfig({ DROPLENS_DATA_DIR: dataDir, ...environment }),
      sources,
      log: createLog("info", (line) => log.push(line)),
      nowMs: Date.now,
      ...options.runtime,
      timing: { ...QUICK_INGEST, ...options.runtime?.timing },
    });
  }

  async function stop(): Promise<void> {
    const ending = running;
    running = null;
    if (ending === null) return;
    await ending.stop(3_000);
    epochs.push(...epochsOf(ending));
  }

  const runtime = (): Runtime => {
    if (running === null) throw new Error("the runtime is stopped");
    return running;
  };

  function source(id?: string): SourceReport {
    const all = runtime().sourceReports().sources;
    const found = id === undefined ? all[0] : all.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no source ${id}`);
    return found;
  }

  async function until(what: string, wanted: (source: SourceReport) => boolean) {
    await poll(
      () => wanted(source()),
      () => `${what}: ${JSON.stringify(source())}`,
    );
    return source();
  }

  async function settled(): Promise<SourceReport> {
    await poll(
      () =>
        runtime()
          .sourceReports()
          .sources.every((one) => one.in_flight === 0),
      () => `in flight: ${JSON.stringify(runtime().sourceReports())}`,
    );
    return source();
  }

  async function gaps(fromMs = Date.now() - 3_600_000) {
    const view = await runtime().past.view({
      ...{ q: "", query: EVERYTHING, by: "policy" },
      ...{ fromMs, toMs: Date.now() },
    });
    return view.coverage.gaps;
  }

  async function judge(): Promise<Tally> {
    isJudged = true;
    const fresh = freshFlow();
    await untilSeenLive(runtime(), fresh.uuid, () => relay.emit(fresh));
    await settled();
    const { drops, stored } = await readBack(runtime());
    const { complaints, tally } = judgeCase({
      ledgers,
      epochs: [...epochs, ...epochsOf(runtime())],
      drops,
      stored,
      gaps: await gaps(0),
    });
    if (complaints.length > 0) throw new Error(`the judge: ${complaints.join("; ")}`);
    return tally;
  }

  async function abandon(): Promise<void> {
    await stop();
    await proxy.close();
    relay.kill();
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  }

  if (!options.isStopped) await start();
  return {
    relay,
    proxy,
    get runtime() {
      return runtime();
    },
    dataDir,
    log,
    source,
    until,
    settled,
    gaps,
    stop,
    start,
    judge,
    abandon,
    async dispose() {
      try {
        if (!isJudged && running !== null) await judge();
      } finally {
        await abandon();
      }
    },
  };
}

/** As a server has it. */
const thread = sourceThread();

/** A relay on a port of this machine, or at `host:port`, as a source; waits are short unless told otherwise. */
export function relaySource(
  where: number | string,
  follow: Partial<RelayOptions> = {},
  id = "relay",
): SourceSetup {
  const parsed = parseRelayAddress(typeof where === "string" ? where : `localhost:${where}`);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const settings = {
    ...{ address: parsed.address, tls: null, basicAuth: null, allow: [], deny: [] },
    ...{ connectTimeoutMs: 1_000, dnsAnswers: false },
    ...follow,
  };
  return sourceOf(id, "relay", settings, {
    openChannel: thread.openChannel,
    ...follow,
    timing: { ...QUICK_RELAY, ...follow.timing },
  });
}

function epochsOf(runtime: Runtime): Epoch[] {
  return runtime.sourceReports().sources.map((one) => ({ outcomes: outcomesOf(one) }));
}

/** Waits for what is asked again and again; its words are in the error when it does not come. */
export async function poll(isSo: () => boolean, words: () => string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${words()}`);
    await new Promise((later) => setTimeout(later, 10));
  }
}
