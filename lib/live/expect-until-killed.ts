/**
 * A process for tests to kill: opens the store in the folder it is given, says which expectations it
 * finds, and then makes, changes and takes back expectations without end, saying what is acknowledged.
 */
import { claimedActor } from "@/lib/auth/actor";
import type { Expectation } from "@/lib/expectations/expectation";
import { createLog } from "@/lib/http/log";
import { openStore } from "@/lib/store/store";
import { openExpectations } from "./expectations";
import { keepStore } from "./store-keeper";

const [, , dataDir = ""] = process.argv;
const ACTOR = claimedActor("test");
const DAY_MS = 86_400_000;

/** Written at once, so that what was said was acknowledged and nothing is said twice. */
function say(what: "found" | "ready" | "acknowledged", expectation?: Expectation): void {
  process.stdout.write(`${JSON.stringify({ what, expectation })}\n`);
}

async function changeUntilKilled(): Promise<void> {
  const { store } = await keepStore({
    open: (mend) => openStore({ dataDir, ...(mend && { mend }) }),
    mends: true,
    dataDir,
    place: dataDir,
    retention: { days: 30, sizeBytes: null },
    log: createLog("error", (line) => process.stderr.write(line)),
    nowMs: Date.now,
  });
  const set = await openExpectations({ store, nowMs: Date.now, maxDays: 365 });
  if (set.problems().length > 0) throw new Error(set.problems().join("\n"));
  for (const found of set.list()) say("found", found);
  say("ready");
  for (let number = 0; ; number += 1) {
    const made = await set.create(
      {
        query: `port:${1 + (number % 60_000)}`,
        reason: `Number ${number}`,
        expiresAt: new Date(Date.now() + DAY_MS).toISOString(),
      },
      ACTOR,
    );
    say("acknowledged", made);
    say("acknowledged", await set.change(made.id, { version: 1, mode: "trial" }, ACTOR));
    say("acknowledged", await set.change(made.id, { version: 2, revoked: true }, ACTOR));
    const items = set.list().slice(-3);
    const { results } = await set.changeSeveral(items, { ticket: `OPS-${number}` }, ACTOR);
    for (const { expectation } of results)
      if (expectation !== null) say("acknowledged", expectation);
  }
}

changeUntilKilled().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
