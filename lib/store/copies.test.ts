/** F39: what a copy of the folder, taken while drops are written, opens to. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BATCH_SIZE, numberedBatch } from "./sample-drops";
import { openStore } from "./store";

const EVER = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const COPIES = 2;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "droplens-copies-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("F39 a copy taken at any moment opens: what was stored before it is there, in whole batches, or told to be set aside", async () => {
  const store = await openStore({ dataDir: join(folder, "store") });
  const storedBefore: number[] = [];
  let number = 0;
  for (let copy = 0; copy < COPIES; copy += 1) {
    for (let batch = 0; batch < 5; batch += 1, number += 1) {
      await store.insertDrops(numberedBatch(number));
    }
    await store.appendExpectationEvent({
      ...{ seq: copy + 1, id: `e${copy}`, type: "created", actor: "ada", atMs: 1, body: "{}" },
    });
    storedBefore.push(number);
    // In the middle of an insert, and of whatever ClickHouse merges meanwhile.
    const inserting = store.insertDrops(numberedBatch(number));
    number += 1;
    copyFolder(join(folder, "store"), join(folder, `copy-${copy}`));
    await inserting;
  }
  await store.close();

  for (const [copy, batches] of storedBefore.entries()) {
    const aside: string[] = [];
    const opened = await openStore({
      dataDir: join(folder, `copy-${copy}`),
      mend: {
        folder: "keep",
        tables: [],
        onFolderAside: (path) => aside.push(path),
        onPartsAside: (parts) => aside.push(...parts.map(({ part }) => part)),
      },
    });
    const drops = await opened.listDrops({ ...EVER, limit: 1_000_000 });
    expect(drops.length % BATCH_SIZE).toBe(0);
    if (aside.length === 0) expect(drops.length / BATCH_SIZE).toBeGreaterThanOrEqual(batches);
    expect(await opened.expectationEvents()).toHaveLength(copy + 1);
    await opened.close();
  }
});

/** Files that vanish while they are copied are left out, as a power loss would. */
function copyFolder(from: string, to: string): void {
  try {
    execFileSync("cp", ["-a", from, to], { stdio: "ignore" });
  } catch {
    // It has copied what was there.
  }
  rmSync(join(to, "droplens.lock"), { force: true });
}
