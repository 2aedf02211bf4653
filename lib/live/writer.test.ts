import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { createWriter, type WriterOptions } from "./writer";

/** The writer never looks inside a drop. */
const dropOf = (uuid: string) => ({ uuid }) as Drop;

function setUp(overrides: Partial<WriterOptions> = {}) {
  const stored: string[] = [];
  const shed: string[] = [];
  const states: unknown[] = [];
  const batches: number[] = [];
  let broken = false;
  const writer = createWriter({
    insert: async (drops) => {
      if (broken) throw new Error("disk full");
      batches.push(drops.length);
    },
    onStored: (drops) => stored.push(...drops.map((drop) => drop.uuid)),
    onShed: (drops) => shed.push(...drops.map((drop) => drop.uuid)),
    onState: (error) => states.push(error),
    ...overrides,
  });
  const breakStore = (value: boolean) => {
    broken = value;
  };
  return { writer, stored, shed, states, batches, breakStore };
}

describe("createWriter", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("stores what was added at most a second later, in one batch", async () => {
    const { writer, stored, batches } = setUp();
    writer.add(dropOf("a"));
    writer.add(dropOf("b"));
    expect(stored).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stored).toEqual(["a", "b"]);
    expect(batches).toEqual([2]);
  });

  it("does not wait for the second when a batch is full", async () => {
    const { writer, stored } = setUp({ batchRows: 3 });
    for (const uuid of ["a", "b", "c", "d"]) writer.add(dropOf(uuid));
    await vi.advanceTimersByTimeAsync(0);
    expect(stored).toEqual(["a", "b", "c", "d"]);
  });

  it("keeps drops while the store fails, says so, and stores each once when it is back", async () => {
    const { writer, stored, states, breakStore } = setUp();
    breakStore(true);
    writer.add(dropOf("a"));
    await vi.advanceTimersByTimeAsync(3_000);
    writer.add(dropOf("b"));
    expect(states[0]).toMatchObject({ message: "disk full" });
    expect(stored).toEqual([]);
    breakStore(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stored).toEqual(["a", "b"]);
    expect(states.at(-1)).toBeNull();
  });

  it("counts what it lets go beyond its bound", () => {
    const { writer, shed } = setUp({ capacity: 2 });
    for (const uuid of ["a", "b", "c"]) writer.add(dropOf(uuid));
    expect(shed).toEqual(["c"]);
    expect(writer.waiting).toBe(2);
  });

  it("divides drops into stored before and waiting after for a read in between", async () => {
    const { writer, stored } = setUp();
    writer.add(dropOf("before"));
    let seen: string[] = [];
    const reading = writer.between(
      () => {},
      async () => {
        writer.add(dropOf("after"));
        await Promise.resolve();
        seen = [...stored];
      },
    );
    const flushed = writer.flush();
    await reading;
    expect(seen).toEqual(["before"]);
    await flushed;
    expect(stored).toEqual(["before", "after"]);
  });

  it("stores what waits when it closes", async () => {
    const { writer, stored } = setUp();
    writer.add(dropOf("a"));
    await writer.close(1_000);
    expect(stored).toEqual(["a"]);
  });

  it("closes within its deadline when the store hangs", async () => {
    const { writer } = setUp({ insert: () => new Promise<void>(() => {}) });
    writer.add(dropOf("a"));
    const closing = writer.close(500);
    await vi.advanceTimersByTimeAsync(500);
    await expect(closing).resolves.toBeUndefined();
    expect(writer.waiting).toBe(1);
  });
});
