import { describe, expect, it } from "vitest";
import { createCoverageQueue } from "./coverage-queue";
import { newestStored, storeForIngest, takeUp, waitingCapacity } from "./take-up";

const MIB = 2 ** 20;

describe("how many drops may wait for the store", () => {
  it("F64 is bounded by the memory that Node has, and never more than 100,000", () => {
    expect(waitingCapacity(4_096 * MIB)).toBe(100_000);
    // --max-old-space-size=192: a quarter of it at 3 KB a drop.
    expect(waitingCapacity(192 * MIB)).toBe(16_777);
    expect(waitingCapacity(16 * MIB)).toBe(5_000);
  });
});

describe("a source that begins while the store is away", () => {
  const away = async () => {
    throw new Error("away");
  };
  const coverage = createCoverageQueue(away, () => {}, Date.now);

  it("begins with all that it can get, and what is stored already is looked up", async () => {
    const doubts: unknown[] = [];
    const store = storeForIngest({ newestTimeMs: away, recentUuids: away }, coverage, (error) =>
      doubts.push(error),
    );
    expect(await store.newestTimeMs("relay")).toBeNull();
    expect(await store.recentUuids(0)).toEqual([]);
    expect(doubts).toHaveLength(2);
  });

  it("tells the newest time of what is stored of several sources", async () => {
    const there = { newestTimeMs: async (id: string | null) => (id === "a" ? 5 : null) };
    expect(await newestStored(there, [{ id: "a" }, { id: "b" }])).toBe(5);
  });
});

describe("what is read when the store is there", () => {
  it("is read in full but for what fails, and that is told", async () => {
    const done: string[] = [];
    const step = (name: string) => async () => done.push(name);
    const fails = async () => {
      throw new Error("away");
    };
    await expect(takeUp([step("a"), fails, step("b")])).rejects.toThrow("away");
    expect(done).toEqual(["a", "b"]);
  });
});
