/**
 * What was acknowledged survives kill -9 at any moment. `KILL_ROUNDS=200` for a longer run.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Expectation } from "@/lib/expectations/expectation";

const ROUNDS = Number(process.env.KILL_ROUNDS ?? 20);
const A_ROUND_MS = 30_000;

let dataDir: string;

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-survival-"));
});

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

type Said =
  | { what: "found" | "acknowledged"; expectation: Expectation }
  | { what: "ready"; expectation?: undefined };

type Round = { found: Map<string, Expectation>; acknowledged: Expectation[] };

/** Starts it, and kills it so long after so many acknowledgements. */
async function round(acknowledgements: number, laterMs: number): Promise<Round> {
  const script = join(import.meta.dirname, "expect-until-killed.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, dataDir], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors = text(child.stderr);
  const result: Round = { found: new Map(), acknowledged: [] };
  let isReady = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Said;
    if (said.what === "ready") isReady = true;
    else if (said.what === "found") result.found.set(said.expectation.id, said.expectation);
    else result.acknowledged.push(said.expectation);
    if (isReady && result.acknowledged.length === acknowledgements) killAfter(child, laterMs);
  }
  if (!isReady) throw new Error(`It did not start: ${await errors}`);
  return result;
}

function killAfter(child: ChildProcess, laterMs: number): void {
  if (laterMs === 0) child.kill("SIGKILL");
  else setTimeout(() => child.kill("SIGKILL"), laterMs);
}

it(
  `every acknowledged change is there after each of ${ROUNDS} kills, and nothing half done`,
  async () => {
    const acknowledged = new Map<string, Expectation>();
    for (let number = 0; number <= ROUNDS; number += 1) {
      // Spread over the steps of a change and the time that one takes.
      const { found, acknowledged: more } = await round(number % 7, (number * 5) % 23);
      for (const [id, expected] of acknowledged) {
        const kept = found.get(id);
        expect(kept?.version, `round ${number}, ${id}`).toBeGreaterThanOrEqual(expected.version);
        // The one after the last acknowledged may have been on its way.
        if (kept?.version === expected.version) expect(kept).toEqual(expected);
      }
      for (const one of [...found.values(), ...more]) acknowledged.set(one.id, one);
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS / 2);
  },
  (ROUNDS + 1) * A_ROUND_MS,
);
