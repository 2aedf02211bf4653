/**
 * The demo in one call: a relay whose rings hold a day of the demo cluster and which then lives on,
 * one that replays a file, or one under load.
 */
import { AGENT_VERSIONS, type CiliumVersion } from "./cluster/cilium-version";
import { createCluster } from "./cluster/cluster";
import { NODES } from "./cluster/inventory";
import { type LoadOptions, loadFlows } from "./load";
import { createRelayServer, type Relay } from "./relay";
import { play, type ReplayOptions, type ReplayReport, readRecording } from "./replay";

export type DemoOptions = {
  /** Default 0: the system chooses. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 1.19. */
  ciliumVersion?: CiliumVersion;
  seed?: number;
  /** Multiplies how much happens; 1 is some 3 drops/s by day, with bursts of 10. */
  rate?: number;
  historyHours?: number;
  /** Serves this file instead of the demo cluster. */
  replay?: ReplayOptions;
  /** Serves a steady load instead of the demo cluster, for benchmarks. */
  load?: Omit<LoadOptions, "startMs">;
};

export type Demo = {
  /** `host:port` for `HUBBLE_SERVER`. */
  address: string;
  port: number;
  relay: Relay;
  /** What became of the replayed file; null for the cluster. */
  replay: ReplayReport | null;
  close(): Promise<void>;
};

/** Enough for a day of the demo cluster on each node. */
const CAPACITY = 32_767;
const TICK_MS = 250;
const LONGEST_TICK_MS = 60_000;
const LOAD_TICK_MS = 20;
const HOUR_MS = 3_600_000;

/** Rejects with an `AppError` of one line when the port or the file cannot be used. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  if (options.replay) return startReplay(options, options.replay);
  return options.load ? startLoad(options, options.load) : startCluster(options);
}

async function startCluster(options: DemoOptions): Promise<Demo> {
  const { ciliumVersion = "1.19", seed = 1, rate = 1, historyHours = 24 } = options;
  const nowMs = Date.now();
  const startedMs = nowMs - historyHours * HOUR_MS;
  const cluster = createCluster({
    seed,
    version: ciliumVersion,
    rate,
    deployedMs: floorTo(HOUR_MS / 2, nowMs - HOUR_MS / 6),
    zoneMs: zoneWhereItIs(14, nowMs),
  });
  const relay = await createRelayServer({
    host: options.host,
    port: options.port,
    capacity: CAPACITY,
    nodes: NODES.map(({ name }) => name),
    version: AGENT_VERSIONS[ciliumVersion].replace(/\+.*/, ""),
    startedMs,
  });
  for (const flow of cluster.history(startedMs, nowMs)) relay.emit(flow);
  let reachedMs = nowMs;
  const timer = setInterval(() => {
    const untilMs = Date.now();
    if (untilMs <= reachedMs) return;
    // After the machine slept, the cluster goes on from now.
    const fromMs = Math.max(reachedMs, untilMs - LONGEST_TICK_MS);
    for (const flow of cluster.tick(fromMs, untilMs)) relay.emit(flow);
    reachedMs = untilMs;
  }, TICK_MS);
  return demoOf(relay, null, () => clearInterval(timer));
}

/**
 * The demo is busiest when it starts: its cluster lies where it is early afternoon. In whole hours,
 * so that a demo started again soon has the same past.
 */
function zoneWhereItIs(hour: number, nowMs: number): number {
  return hour * HOUR_MS - (floorTo(HOUR_MS, nowMs) % (24 * HOUR_MS));
}

function floorTo(stepMs: number, timeMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs;
}

async function startReplay(options: DemoOptions, replay: ReplayOptions): Promise<Demo> {
  const recording = await readRecording(replay.file);
  const relay = await createRelayServer({
    host: options.host,
    port: options.port,
    // The whole file stays available, however long.
    capacity: Math.max(CAPACITY, recording.events.length),
  });
  try {
    const player = play(recording, replay, relay);
    return demoOf(relay, recording.report, () => player.stop());
  } catch (error) {
    await relay.stop();
    throw error;
  }
}

async function startLoad(options: DemoOptions, load: Omit<LoadOptions, "startMs">): Promise<Demo> {
  const { port, host } = options;
  const nodes = NODES.map(({ name }) => name);
  const relay = await createRelayServer({ host, port, nodes, capacity: CAPACITY });
  const flows = loadFlows({ ...load, startMs: Date.now() });
  const timer = setInterval(() => {
    for (const { nodeName, bytes, time } of flows.take(Date.now())) {
      relay.emitEncoded(nodeName, bytes, time);
    }
  }, LOAD_TICK_MS);
  return demoOf(relay, null, () => clearInterval(timer));
}

function demoOf(relay: Relay, replay: ReplayReport | null, quieten: () => void): Demo {
  return {
    address: relay.address,
    port: relay.port,
    relay,
    replay,
    close: async () => {
      quieten();
      await relay.stop();
    },
  };
}
