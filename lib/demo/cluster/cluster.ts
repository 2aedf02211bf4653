/**
 * The demo cluster: which flows its nodes saw in a span of time. A pure function of the seed and the
 * time: asking for two adjoining spans gives the same flows as asking for both at once.
 */
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import { reportFlows } from "./cilium";
import type { CiliumVersion } from "./cilium-version";
import type { Packet } from "./packet";
import { createRandom, hash, poisson } from "./random";
import { LONGEST_ATTEMPT_MS, type Scenario } from "./scenario";
import { AUDIT } from "./scenarios/audit";
import { BACKGROUND } from "./scenarios/background";
import { BOOKINFO } from "./scenarios/bookinfo";
import { EGRESS } from "./scenarios/egress";
import { INFRASTRUCTURE } from "./scenarios/infrastructure";
import { ingressScenarios } from "./scenarios/ingress";
import { NAMES } from "./scenarios/names";

export type ClusterOptions = {
  seed: number;
  version: CiliumVersion;
  /** When the cluster's broken release went out. */
  deployedMs: number;
  /** Multiplies every scenario's rate. */
  rate: number;
  /** Offset of the cluster's time zone; its day and night follow it. */
  zoneMs: number;
};

export type Cluster = {
  /** Flows with `fromMs <= time < toMs`, in the order of time. */
  tick(fromMs: number, toMs: number): Flow[];
  /** As `tick`, thinned towards the past so that a day fits into the rings: see `shareKept`. */
  history(fromMs: number, toMs: number): Flow[];
};

/** Attempts are drawn for one slot at a time, each slot from a seed of its own. */
const SLOT_MS = 10_000;

/** A packet may precede the moment of its attempt by this much: another node saw it first. */
const EARLIEST_MS = 1;

export function createCluster(options: ClusterOptions): Cluster {
  const scenarios = [
    ...BOOKINFO,
    ...EGRESS,
    ...ingressScenarios(options.deployedMs + options.zoneMs),
    ...NAMES,
    ...AUDIT,
    ...INFRASTRUCTURE,
    ...BACKGROUND,
  ];
  return {
    tick: (fromMs, toMs) => flowsBetween(options, scenarios, fromMs, toMs, () => 1),
    history: (fromMs, toMs) =>
      flowsBetween(options, scenarios, fromMs, toMs, (timeMs) => shareKept(toMs - timeMs)),
  };
}

const HOUR = 3_600_000;

/**
 * The share of attempts that history keeps by their age: all of the last hour, then fewer, down to
 * one in ten.
 */
export function shareKept(ageMs: number): number {
  if (ageMs <= HOUR) return 1;
  return 0.1 + 0.9 * Math.exp((-4 * (ageMs - HOUR)) / HOUR);
}

function flowsBetween(
  options: ClusterOptions,
  scenarios: readonly Scenario[],
  fromMs: number,
  toMs: number,
  share: (timeMs: number) => number,
): Flow[] {
  const timed: { timeMs: number; flow: Flow }[] = [];
  const firstSlot = Math.floor((fromMs - LONGEST_ATTEMPT_MS) / SLOT_MS);
  for (let slot = firstSlot; slot * SLOT_MS < toMs + EARLIEST_MS; slot++) {
    for (const scenario of scenarios) {
      for (const attempt of attemptsIn(slot, scenario, options)) {
        if (attempt.lot >= share(attempt.timeMs)) continue;
        for (const flow of attempt.report()) {
          const timeMs = timeOf(flow);
          if (timeMs >= fromMs && timeMs < toMs) timed.push({ timeMs, flow });
        }
      }
    }
  }
  return timed.sort((a, b) => a.timeMs - b.timeMs).map(({ flow }) => flow);
}

type Attempt = { timeMs: number; lot: number; report(): Flow[] };

function* attemptsIn(
  slot: number,
  scenario: Scenario,
  { seed, version, rate, zoneMs }: ClusterOptions,
): Generator<Attempt> {
  const slotMs = slot * SLOT_MS;
  const factor = scenario.rhythm(slotMs + SLOT_MS / 2 + zoneMs, hash(seed, scenario.name));
  const mean = (scenario.perMinute * rate * factor * SLOT_MS) / 60_000;
  if (mean <= 0) return;
  const count = poisson(createRandom(hash(seed, scenario.name, slot)), mean);
  for (let i = 0; i < count; i++) {
    const random = createRandom(hash(seed, scenario.name, slot, i));
    const lot = random.next();
    const timeMs = slotMs + random.next() * SLOT_MS;
    yield {
      timeMs,
      lot,
      report: () => {
        const packets: Packet[] = scenario.play({ timeMs, random });
        return packets.flatMap((packet) => reportFlows(packet, version, random));
      },
    };
  }
}

function timeOf({ time }: Flow): number {
  return time ? Number(time.seconds) * 1000 + time.nanos / 1e6 : 0;
}
