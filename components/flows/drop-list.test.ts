import { describe, expect, it } from "vitest";
import { createDropList, type ListEdges, mergeRows, PAGE_ROWS } from "@/components/flows/drop-list";
import { parseCursor } from "@/lib/drops/drop-cursor";
import type { DropRow } from "@/lib/drops/view";

/** A row with all that the list looks at. */
function row(uuid: string, second: number): DropRow {
  const time = `2026-11-21T14:${String(Math.floor(second / 60)).padStart(2, "0")}:${String(second % 60).padStart(2, "0")}.000000000Z`;
  return { uuid, time } as DropRow;
}

function newestFirst(a: DropRow, b: DropRow): number {
  if (a.time !== b.time) return a.time > b.time ? -1 : 1;
  return a.uuid > b.uuid ? -1 : 1;
}

/** A store with an arrival order, read as the API reads it; time passes only when the test says so. */
function fakeStore() {
  const stored: { drop: DropRow; arrival: number }[] = [];
  let planned: (() => void)[] = [];
  let failing = false;
  let reads = 0;
  const edges: ListEdges = {
    async read({ before, arrived, limit }) {
      reads += 1;
      if (failing) throw new Error("the store is away");
      const cursor = before === undefined ? null : parseCursor(before);
      const rows = stored
        .filter(({ arrival }) => arrived === undefined || arrival >= Number(arrived))
        .map(({ drop }) => drop)
        .sort(newestFirst)
        .filter(({ time, uuid }) => {
          if (cursor === null) return true;
          const timeMs = Date.parse(time);
          return timeMs < cursor.timeMs || (timeMs === cursor.timeMs && uuid < cursor.uuid);
        });
      const drops = rows.slice(0, limit);
      const last = drops.at(-1);
      const next =
        rows.length > limit && last !== undefined
          ? `${Date.parse(last.time)}.0.${last.uuid}`
          : null;
      return { drops, next, asOf: String(stored.length) };
    },
    later(action) {
      planned.push(action);
      return () => {
        planned = planned.filter((one) => one !== action);
      };
    },
  };
  return {
    edges,
    store: (...drops: DropRow[]) => {
      for (const drop of drops) stored.push({ drop, arrival: stored.length });
    },
    all: () => stored.map(({ drop }) => drop).sort(newestFirst),
    fail: (now: boolean) => {
      failing = now;
    },
    get reads() {
      return reads;
    },
    /** Runs what is planned, and lets every answer arrive. */
    async settle() {
      for (let rounds = 0; rounds < 20; rounds += 1) {
        const due = planned;
        planned = [];
        for (const action of due) action();
        await new Promise<void>((done) => setImmediate(done));
      }
    },
  };
}

async function listOver(count: number) {
  const source = fakeStore();
  // Twenty drops a second, so that pages end among equal times.
  for (let at = 0; at < count; at += 1) {
    source.store(row(`u${String(at).padStart(5, "0")}`, Math.floor(at / 20)));
  }
  const list = createDropList(source.edges);
  list.start();
  await source.settle();
  return { source, list, uuids: () => list.getState().rows.map(({ uuid }) => uuid) };
}

describe("the list of drops", () => {
  it("pages through drops of the same time without a repeat or a skip", async () => {
    const { source, list, uuids } = await listOver(1_007);
    expect(uuids()).toHaveLength(PAGE_ROWS);
    for (let pages = 0; pages < 10 && list.getState().more; pages += 1) {
      list.older();
      await source.settle();
    }
    expect(uuids()).toEqual(source.all().map(({ uuid }) => uuid));
    expect(list.getState().more).toBe(false);
  });

  it("shows what arrives while nobody reads", async () => {
    const { source, list, uuids } = await listOver(3);
    const drop = row("new", 100);
    source.store(drop);
    list.arrive({ drops: [drop], skipped: 0 });
    expect(uuids()[0]).toBe("new");
  });

  it("holds still and counts while it is held, and then has everything between", async () => {
    const { source, list, uuids } = await listOver(3);
    list.hold(true);
    for (let at = 0; at < 30; at += 1) {
      const drop = row(`n${String(at).padStart(2, "0")}`, 100);
      source.store(drop);
      list.arrive({ drops: [drop], skipped: 0 });
    }
    expect(uuids()).toHaveLength(3);
    expect(list.getState().waiting).toBe(30);
    list.hold(false);
    await source.settle();
    expect(uuids()).toEqual(source.all().map(({ uuid }) => uuid));
    expect(list.getState().waiting).toBe(0);
  });

  it("asks for what the stream left out, also for late drops with old times", async () => {
    const { source, list, uuids } = await listOver(40);
    const told = row("z-told", 100);
    source.store(row("z-untold", 100), told, row("u-late", 0));
    list.arrive({ drops: [told], skipped: 2 });
    // Beyond a hole nothing is shown.
    expect(uuids()).not.toContain("z-told");
    await source.settle();
    expect(uuids()).toEqual(source.all().map(({ uuid }) => uuid));
  });

  it("leaves a late drop that belongs behind the last row to the page it is on", async () => {
    const { source, list, uuids } = await listOver(PAGE_ROWS + 60);
    const late = row("late", 0);
    source.store(late);
    list.arrive({ drops: [late], skipped: 0 });
    expect(uuids()).not.toContain("late");
    list.older();
    await source.settle();
    expect(uuids()).toEqual(source.all().map(({ uuid }) => uuid));
  });

  it("does not lose a drop that arrives while an older page is read", async () => {
    const { source, list, uuids } = await listOver(PAGE_ROWS + 60);
    list.older();
    const late = row("a-late", 2);
    // Read before it was stored, told of after.
    await Promise.resolve();
    source.store(late);
    list.arrive({ drops: [late], skipped: 0 });
    await source.settle();
    expect(uuids()).toEqual(source.all().map(({ uuid }) => uuid));
  });

  it("begins anew at the newest where more arrived than is added, and has no hole then", async () => {
    const { source, list, uuids } = await listOver(10);
    list.hold(true);
    for (let at = 0; at < 3_000; at += 1) source.store(row(`m${String(at).padStart(4, "0")}`, 200));
    list.arrive({ drops: [], skipped: 3_000 });
    await source.settle();
    expect(uuids()).toHaveLength(10);
    expect(list.getState()).toMatchObject({ waiting: 3_000, atLeast: true });
    list.release();
    await source.settle();
    while (list.getState().more) {
      list.older();
      await source.settle();
    }
    expect(uuids()).toEqual(source.all().map(({ uuid }) => uuid));
  });

  it("finds what came during a break of the stream, of which nobody told", async () => {
    const { source, list, uuids } = await listOver(5);
    source.store(row("x1", 50), row("x2", 51));
    list.arrive({ drops: [], skipped: null });
    await source.settle();
    expect(uuids().slice(0, 2)).toEqual(["x2", "x1"]);
  });

  it("lets in what waits when asked, though it is held, and holds on", async () => {
    const { source, list, uuids } = await listOver(5);
    list.hold(true);
    const first = row("y1", 60);
    source.store(first);
    list.arrive({ drops: [first], skipped: 0 });
    list.release();
    await source.settle();
    expect(uuids()[0]).toBe("y1");
    const second = row("y2", 61);
    source.store(second);
    list.arrive({ drops: [second], skipped: 0 });
    expect(uuids()[0]).toBe("y1");
    expect(list.getState().waiting).toBe(1);
  });

  it("says why it could not be read, and goes on when it can", async () => {
    const { source, list, uuids } = await listOver(5);
    source.fail(true);
    source.store(row("w", 70));
    list.arrive({ drops: [], skipped: null });
    await source.settle();
    expect(list.getState().problem).toBe("the store is away");
    source.fail(false);
    await source.settle();
    expect(list.getState().problem).toBeNull();
    expect(uuids()[0]).toBe("w");
  });
});

describe("mergeRows", () => {
  it("keeps the order by time and then by uuid, each drop once", () => {
    const rows = [row("c", 3), row("b", 2), row("a", 2)];
    const merged = mergeRows(rows, [row("ab", 2), row("b", 2), row("d", 3)], false);
    expect(merged.map(({ uuid }) => uuid)).toEqual(["d", "c", "b", "ab", "a"]);
  });

  it("is the same list where nothing is added", () => {
    const rows = [row("c", 3)];
    expect(mergeRows(rows, [], true)).toBe(rows);
  });
});
