import { describe, expect, it } from "vitest";
import { sampleFlow } from "@/lib/drops/sample-flow";
import { AppError } from "@/lib/errors";
import { sampleDrop } from "@/lib/store/sample-drops";
import { createInsertOnce } from "./insert-once";
import { untried } from "./untried";

/** A store that holds uuids; `answer` says what an insert does after it has stored, or before. */
function setUp(stored: string[] = []) {
  const state = { stored, lookUps: 0, failsBefore: false, failsAfter: false, hasRoom: true };
  const ranges: { fromMs: number; toMs: number }[] = [];
  const once = createInsertOnce(
    {
      async insertDrops(drops) {
        if (state.failsBefore) throw new Error("away");
        for (const { uuid } of drops) state.stored.push(uuid);
        if (state.failsAfter) throw new Error("the answer got lost");
      },
      async storedAmong(uuids, range) {
        ranges.push(range);
        state.lookUps += 1;
        return new Set(uuids.filter((uuid) => state.stored.includes(uuid)));
      },
    },
    async () => {
      if (!state.hasRoom) throw untried(new AppError("store-unavailable", "full"));
    },
  );
  return { once, state, ranges };
}

const drop = (uuid: string, timeMs = 1_000) => sampleDrop({ uuid, timeMs });
const uuidsOf = (drops: ReadonlySet<{ uuid: string }>) => [...drops].map(({ uuid }) => uuid);

describe("an insert that stores nothing twice", () => {
  it("asks nothing of the store while there is no doubt", async () => {
    const { once, state } = setUp();
    expect(uuidsOf(await once.insert([drop("a"), drop("b")]))).toEqual([]);
    expect(state).toMatchObject({ stored: ["a", "b"], lookUps: 0 });
  });

  it("finds what a failed insert had stored all the same, which is our own", async () => {
    const { once, state } = setUp();
    const [a, b] = [drop("a"), drop("b")];
    state.failsAfter = true;
    await expect(once.insert([a, b])).rejects.toThrow("got lost");
    state.failsAfter = false;
    expect(uuidsOf(await once.insert([a, b]))).toEqual([]);
    expect(state.stored).toEqual(["a", "b"]);
    await once.insert([drop("c")]);
    expect(state.lookUps).toBe(1);
  });

  it("stores what a failed insert had not", async () => {
    const { once, state } = setUp();
    const a = drop("a");
    state.failsBefore = true;
    await expect(once.insert([a])).rejects.toThrow("away");
    state.failsBefore = false;
    await once.insert([a]);
    expect(state.stored).toEqual(["a"]);
  });

  it("tells what somebody else had stored, by either flow, of times that are in doubt", async () => {
    const { once, state } = setUp(["old", "twin"]);
    once.doubtBefore(2_000);
    const twin = sampleDrop({
      uuid: "other",
      timeMs: 1_000,
      dropFlow: sampleFlow({ uuid: "twin" }),
    });
    const known = await once.insert([drop("old"), twin, drop("new"), drop("later", 3_000)]);
    expect(uuidsOf(known)).toEqual(["old", "other"]);
    expect(state.stored).toEqual(["old", "twin", "new", "later"]);
  });

  it("looks for the other flow of a joined drop as far away as a window may be wide", async () => {
    const { once, ranges } = setUp();
    once.doubtBefore(200_000);
    await once.insert([drop("a", 100_000)]);
    expect(ranges).toEqual([{ fromMs: 40_000, toMs: 160_001 }]);
  });

  it("looks for drops of far apart times in spans of their own", async () => {
    const { once, ranges } = setUp();
    once.doubtBefore(Number.POSITIVE_INFINITY);
    await once.insert([drop("b", 7_200_001), drop("a", 0), drop("c", 7_200_000)]);
    expect(ranges).toEqual([
      { fromMs: -60_000, toMs: 60_001 },
      { fromMs: 7_140_000, toMs: 7_260_002 },
    ]);
  });

  it("stores once what comes twice in one batch", async () => {
    const { once, state } = setUp();
    once.doubtBefore(2_000);
    expect(uuidsOf(await once.insert([drop("a"), drop("a")]))).toEqual(["a"]);
    expect(state.stored).toEqual(["a"]);
  });

  it("tries nothing without room, and has no doubt of it afterwards", async () => {
    const { once, state } = setUp();
    state.hasRoom = false;
    await expect(once.insert([drop("a")])).rejects.toThrow("full");
    state.hasRoom = true;
    await once.insert([drop("a")]);
    expect(state).toMatchObject({ stored: ["a"], lookUps: 0 });
  });
});
