/** Faults of sources that are files: what is read again after a restart is stored once. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sourcesFromFile } from "@/lib/live/source-setup";
import { EVERYTHING } from "@/lib/query/query";
import { freshFlows } from "./fresh";
import { readBack } from "./read-back";
import { type FaultSystem, type FaultSystemOptions, startFaultSystem } from "./system";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let system: FaultSystem | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "droplens-files-"));
});

afterEach(async () => {
  await system?.abandon();
  system = null;
  rmSync(folder, { recursive: true, force: true });
});

const COUNT = 300;
const BEGIN_MS = Date.now() - 6 * 3_600_000;

/** Flows of five hours. */
const historyOf = (count: number) =>
  freshFlows(count, (at) => ({
    time: new Date(BEGIN_MS + Math.floor(at * (300 / count)) * 60_000).toISOString(),
  }));

/** Reads so many flows from a file, in the one way or the other. */
async function readFile(
  name: string,
  once: boolean,
  count: number,
  options: FaultSystemOptions = {},
): Promise<FaultSystem> {
  const lines = historyOf(count)
    .map((flow) => `${JSON.stringify({ flow })}\n`)
    .join("");
  const path = join(folder, name);
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(lines) : lines);
  const config = join(folder, "sources.yaml");
  writeFileSync(
    config,
    `sources:\n  - id: recording\n    file: { path: ${path}, once: ${once} }\n`,
  );
  const dataDir = join(folder, "data");
  const sources = () => sourcesFromFile(config, dataDir);
  system = await startFaultSystem({ dataDir, sources, ...options });
  await system.until("read", ({ received, in_flight }) => received === count && in_flight === 0);
  return system;
}

/** What a view counts that was open all the time: a second one with the same query shares it. */
async function liveDrops({ runtime }: FaultSystem): Promise<number> {
  const params = { q: "", query: EVERYTHING, rangeMs: 86_400_000 };
  const stream = await runtime.live(params, null);
  let text = "";
  while (!/event: snapshot\ndata: .*\n/.test(text)) {
    const { value } = await stream.next();
    text += new TextDecoder().decode(value);
  }
  await stream.return();
  const [, data = "{}"] = /event: snapshot\ndata: (.*)\n/.exec(text) ?? [];
  return JSON.parse(data).totals.drops;
}

describe("a file that is read faster than the store takes", () => {
  it("waits, and nothing is let go, however little may wait", async () => {
    const runtime = { timing: { waitingCapacity: 2_000 } };
    const one = await readFile("events.log", false, 12_000, { runtime });
    expect(one.source()).toMatchObject({ stored: 12_000, shed: { "store-down": 0 } });
  });
});

describe("a file that is read again after a restart", () => {
  it.each([
    ["events.log", false],
    ["events.log.gz", true],
  ] as const)("%s is stored once, however old its flows are", async (name, once) => {
    const one = await readFile(name, once, COUNT);
    await one.stop();
    await one.start();
    // A view that is open while they come again: it takes them as new until the store was asked.
    const atFirst = await liveDrops(one);
    expect(atFirst).toBeGreaterThanOrEqual(COUNT);
    await one.until(
      "read again",
      ({ received, in_flight }) => received === COUNT && in_flight === 0,
    );
    const { drops } = await readBack(one.runtime);
    expect(drops).toBe(COUNT);
    expect(one.source()).toMatchObject({ stored: 0, duplicate: COUNT });
    await expect.poll(() => liveDrops(one), { timeout: 20_000 }).toBe(COUNT);
  });
});
