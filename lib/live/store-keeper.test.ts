import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLog } from "@/lib/http/log";
import type { Store } from "@/lib/store/store";
import { keepStore, type StoreKeeper } from "./store-keeper";

let folder: string;
let keeper: StoreKeeper | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "droplens-keeper-"));
});

afterEach(async () => {
  await keeper?.close();
  keeper = null;
  rmSync(folder, { recursive: true, force: true });
});

/** A store of which nothing is asked here. */
const there = { close: async () => {}, stats: async () => null } as unknown as Store;

async function keep(open: () => Promise<Store>): Promise<StoreKeeper> {
  keeper = await keepStore({
    open,
    mends: false,
    dataDir: folder,
    place: "somewhere",
    retention: { days: 1, sizeBytes: null } as never,
    log: createLog("error", () => {}),
    nowMs: Date.now,
    retryMs: 1,
  });
  return keeper;
}

describe("who waits for the store", () => {
  it("is not kept by an address that does not answer, and is told when it does", async () => {
    let answer: (store: Store) => void = () => {};
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const keeping = keep(() => new Promise((opened) => (answer = opened)));
      await vi.advanceTimersByTimeAsync(10_000);
      await keeping;
    } finally {
      vi.useRealTimers();
    }
    let heard = 0;
    await keeper?.onThere(async () => {
      heard += 1;
    });
    expect(heard).toBe(0);
    answer(there);
    await expect.poll(() => heard).toBe(1);
  });

  it("is told again when it could not take the store up", async () => {
    const made = await keep(async () => there);
    let calls = 0;
    await made.onThere(async () => {
      calls += 1;
      if (calls < 3) throw new Error("away");
    });
    await expect.poll(() => calls).toBe(3);
  });
});
