/**
 * `npm run chaos`: the real server over a relay with a ledger and a proxy between them, for some
 * minutes of traffic and faults in an order that a seed decides; then the judge. It prints the seed,
 * what was done and what became of every flow, and ends with 1 when something is not accounted for.
 *
 * Environment: CHAOS_SEED (default: by the clock), CHAOS_MINUTES (default 3).
 */

import type { Gap } from "@/lib/drops/view";
import { judgeCase } from "@/lib/faults/judge";
import { startLedgerRelay } from "@/lib/faults/ledger-relay";
import { startTcpProxy } from "@/lib/faults/tcp-proxy";
import { startDroplens } from "../droplens-server";
import { createBrowsers } from "./browsers";
import { createDice } from "./dice";
import { type Chaos, chooseFault } from "./faults";
import { askDrops, askGaps, askSource, readExport, untilThere } from "./questions";
import { startTraffic } from "./traffic";

const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
const minutes = Number(process.env.CHAOS_MINUTES ?? 3);
if (!Number.isInteger(seed) || !(minutes > 0)) {
  process.stderr.write("CHAOS_SEED must be a whole number and CHAOS_MINUTES a number above 0.\n");
  process.exit(2);
}

process.stdout.write(`chaos: seed ${seed}, ${minutes} min\n`);
// One for each who rolls, so that the order of faults is the seed's alone.
const dice = createDice(seed);
const relay = await startLedgerRelay();
const proxy = await startTcpProxy(relay.port, { random: createDice(seed + 1).next });
const server = await startDroplens({
  HUBBLE_SERVER: `localhost:${proxy.port}`,
  DROPLENS_LOG_LEVEL: "error",
});
const complaints: string[] = [];
const done = new Map<string, number>();
const browsers = createBrowsers(server.url);
const traffic = startTraffic(relay, createDice(seed + 2));
const chaos: Chaos = {
  relay,
  proxy,
  server,
  dice,
  traffic,
  browsers,
  complain: (one) => complaints.push(one),
};

try {
  const endMs = Date.now() + minutes * 60_000;
  while (Date.now() < endMs) {
    const fault = chooseFault(dice);
    done.set(fault.name, (done.get(fault.name) ?? 0) + 1);
    process.stdout.write(`  ${new Date().toISOString().slice(11, 19)} ${fault.name}\n`);
    await fault.run(chaos);
    await proxy.heal();
    await chaos.traffic.pass(500 + dice.below(2_500));
  }
  traffic.stop();
  await proxy.heal();
  relay.says({});
  await judge();
} catch (error) {
  complaints.push(`it ended early: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  traffic.stop();
  browsers.close();
  await server.dispose();
  await proxy.close();
  relay.kill();
}

for (const complaint of complaints) process.stderr.write(`chaos: ${complaint}\n`);
if (complaints.length > 0)
  process.stderr.write(`chaos: again with CHAOS_SEED=${seed} CHAOS_MINUTES=${minutes}\n`);
process.exit(complaints.length > 0 ? 1 : 0);

async function judge(): Promise<void> {
  const seen = await browsers.untilSeen(() => {
    const fresh = traffic.fresh();
    relay.emit(fresh);
    return fresh.uuid;
  });
  await untilThere(server.url, seen);
  const source = await askSource(server.url, (one) => one.in_flight === 0);
  const stored = await readExport(server.url);
  const gaps = await askGaps(server.url);
  const verdict = judgeCase({
    ledgers: [relay.ledger],
    // Of lives that were ended with SIGKILL nobody knows the last counts.
    epochs: [{ outcomes: source.outcomes, isTorn: done.has("kill -9") || done.has("restart") }],
    drops: await askDrops(server.url),
    stored,
    gaps,
  });
  complaints.push(...verdict.complaints);
  if (verdict.complaints.length > 0) printMissing(stored, gaps);
  process.stdout.write(
    `\nfaults: ${[...done].map(([name, count]) => `${name} ${count}`).join(", ")}\n\n`,
  );
  for (const [name, count] of Object.entries(verdict.tally)) {
    process.stdout.write(`  ${name.padEnd(12)} ${String(count).padStart(8)}\n`);
  }
  process.stdout.write(
    `  ${"duplicate".padEnd(12)} ${String(source.outcomes.duplicate).padStart(8)} (this life of the process)\n`,
  );
}

/** When what is missing happened, to be held against the faults above and the gaps told. */
function printMissing(stored: ReadonlyMap<string, unknown>, gaps: readonly Gap[]): void {
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 21);
  const bySecond = new Map<string, number>();
  for (const { uuid, fate, timeMs } of relay.ledger.entries.values()) {
    if (fate !== "drop" || stored.has(uuid)) continue;
    const second = time(timeMs).slice(0, 8);
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
  }
  process.stdout.write("\nmissing, by second:\n");
  for (const [second, count] of [...bySecond].sort())
    process.stdout.write(`  ${second} ${count}\n`);
  process.stdout.write("gaps:\n");
  for (const { fromMs, toMs, refilled } of gaps) {
    process.stdout.write(`  ${time(fromMs)} to ${time(toMs)}${refilled ? " refilled" : ""}\n`);
  }
}
