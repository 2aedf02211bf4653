/** What may go wrong, each as one step that begins and ends. The rows are those of docs/faults.md. */
import type { LedgerRelay } from "@/lib/faults/ledger-relay";
import type { TcpProxy } from "@/lib/faults/tcp-proxy";
import type { DroplensServer } from "../droplens-server";
import type { Browsers } from "./browsers";
import type { Dice } from "./dice";
import { askDrops, stateOf } from "./questions";
import type { Traffic } from "./traffic";

export type Chaos = {
  relay: LedgerRelay;
  proxy: TcpProxy;
  server: DroplensServer;
  dice: Dice;
  traffic: Traffic;
  browsers: Browsers;
  complain(words: string): void;
};

type Fault = { name: string; weight: number; run(chaos: Chaos): Promise<void> };

const FAULTS: readonly Fault[] = [
  { name: "reset", weight: 4, run: async ({ proxy }) => proxy.reset() },
  { name: "hang up", weight: 2, run: async ({ proxy }) => proxy.hangUp() },
  {
    name: "refuse",
    weight: 3,
    async run({ proxy, traffic, dice }) {
      await proxy.refuse();
      proxy.reset();
      await traffic.pass(500 + dice.below(3_000));
    },
  },
  {
    name: "half-open",
    weight: 3,
    async run({ proxy, traffic, dice }) {
      proxy.set({ halfOpen: true });
      await traffic.pass(1_000 + dice.below(5_000));
    },
  },
  {
    name: "black hole",
    weight: 1,
    async run({ proxy, traffic, dice }) {
      proxy.set({ blackhole: true });
      await traffic.pass(1_000 + dice.below(3_000));
      // Probes would find it within 35 s; a proxy that notices first ends it sooner.
      if (dice.below(2) === 0) proxy.reset();
      else await traffic.pass(36_000);
    },
  },
  {
    name: "slow",
    weight: 3,
    async run({ proxy, traffic, dice }) {
      const bytesPerSecond = 20_000 + dice.below(100_000);
      proxy.set({
        bytesPerSecond,
        sliceBytes: 1 + dice.below(1_400),
        latencyMs: dice.below(300),
        jitterMs: 100,
      });
      await traffic.pass(2_000 + dice.below(3_000));
      if (dice.below(2) === 0) proxy.reset();
    },
  },
  {
    name: "cut midway",
    weight: 3,
    async run({ proxy, traffic, dice }) {
      proxy.set({ cutAfterBytes: 1_000 + dice.below(200_000) });
      proxy.reset();
      await traffic.pass(1_000 + dice.below(3_000));
    },
  },
  {
    name: "relay restarts",
    weight: 3,
    async run({ relay, traffic, dice }) {
      relay.kill();
      await traffic.pass(dice.below(3_000));
      await relay.start();
    },
  },
  { name: "clean end", weight: 2, run: async ({ relay }) => relay.endStreams() },
  {
    name: "failed end",
    weight: 2,
    run: async ({ relay, dice }) => relay.endStreams(dice.pick([1, 2, 13, 14]), "chaos"),
  },
  {
    name: "replayed ring",
    weight: 3,
    run: async ({ relay, dice }) => relay.replay(dice.below(4_000)),
  },
  {
    name: "ring turns over",
    weight: 1,
    async run({ relay, proxy, traffic }) {
      await proxy.refuse();
      proxy.reset();
      await traffic.pass(1_500);
      relay.forget(0);
    },
  },
  {
    name: "malformed",
    weight: 2,
    async run({ relay, dice }) {
      for (let left = dice.below(20); left > 0; left -= 1)
        relay.tellRaw(Buffer.from([10, 200, 1, dice.below(8)]), "malformed");
    },
  },
  {
    name: "oversize",
    weight: 1,
    run: async ({ relay }) => relay.emitOversize({ Summary: "x".repeat(2 * 1024 * 1024) }),
  },
  {
    name: "lost events",
    weight: 1,
    run: async ({ relay }) =>
      relay.tell({
        lost_events: { source: "HUBBLE_RING_BUFFER", num_events_lost: "9" },
        node_name: "c1/n1",
      }),
  },
  {
    name: "nodes away",
    weight: 1,
    run: async ({ relay }) =>
      relay.tell({ node_status: { state_change: "NODE_UNAVAILABLE", node_names: ["c1/n2"] } }),
  },
  {
    name: "mute status",
    weight: 1,
    async run({ relay, traffic }) {
      relay.says(null);
      await traffic.pass(4_000);
      relay.says({});
    },
  },
  {
    name: "frozen server",
    weight: 1,
    async run({ server, traffic, dice }) {
      server.send("SIGSTOP");
      await traffic.pass(500 + dice.below(3_000));
      server.send("SIGCONT");
    },
  },
  {
    name: "browsers return",
    weight: 2,
    run: async ({ browsers, dice }) => browsers.reconnect(dice.below(2) === 0),
  },
  { name: "kill -9", weight: 2, run: (chaos) => restart(chaos, "SIGKILL") },
  { name: "restart", weight: 1, run: (chaos) => restart(chaos, "SIGTERM") },
];

/** What was told to be stored is there after the restart, however the process ended. */
async function restart(
  { server, proxy, complain, browsers }: Chaos,
  signal: "SIGKILL" | "SIGTERM",
): Promise<void> {
  await proxy.heal();
  const acknowledged = await askDrops(server.url);
  await server.end(signal);
  await server.restart();
  const there = await askDrops(server.url);
  if (there < acknowledged)
    complain(`${acknowledged} drops were told before ${signal}, ${there} after`);
  if ((await stateOf(server.url)) === null) complain(`no source is told after ${signal}`);
  browsers.reconnect(true);
}

export function chooseFault(dice: Dice): Fault {
  return dice.pick(FAULTS.flatMap((fault) => Array.from({ length: fault.weight }, () => fault)));
}
