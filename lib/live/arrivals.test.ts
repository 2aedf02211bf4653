import { afterEach, describe, expect, it } from "vitest";
import { createLog } from "@/lib/http/log";
import type { Position } from "@/lib/store/arrivals";
import type { StoredDrop } from "@/lib/store/drop-row";
import type { Store } from "@/lib/store/store";
import { type Arrivals, createArrivals } from "./arrivals";
import type { Writer } from "./writer";

const WRITER = 7n;
let arrivals: Arrivals | null = null;

afterEach(() => {
  arrivals?.stop();
  arrivals = null;
});

/** A store whose drops are one list; a position is how many were read. */
function begin() {
  const state = { isAway: false, nowMs: 1_000_000, stored: [] as string[] };
  const told: string[] = [];
  let missed = 0;
  const at = (count: number): Position =>
    new Map([[WRITER, { batch: BigInt(count), receivedS: 0 }]]);
  const ask = <T>(answer: T): Promise<T> =>
    state.isAway ? Promise.reject(new Error("away")) : Promise.resolve(answer);
  const store = {
    position: () => ask(at(state.stored.length)),
    arrivals: (position: Position) => {
      const read = Number(position.get(WRITER)?.batch ?? 0n);
      const drops = state.stored.slice(read).map((uuid) => ({ uuid }) as StoredDrop);
      return ask({ drops, position: at(state.stored.length), more: false });
    },
  };
  const made = createArrivals({
    store: store as unknown as Store,
    // `between` of the arrivals polls before it reads.
    writer: { between: async () => undefined } as unknown as Writer,
    writerNumber: 1,
    onDrop: ({ uuid }) => told.push(uuid),
    onMissed: () => {
      missed += 1;
    },
    log: createLog("error", () => {}),
    nowMs: () => state.nowMs,
  });
  arrivals = made;
  const poll = () =>
    made.writer.between(
      () => {},
      async () => undefined,
    );
  return { state, told, poll, missed: () => missed };
}

describe("drops that other replicas store", () => {
  it("are told afterwards when the store could not be asked for a while", async () => {
    const { state, told, poll, missed } = begin();
    await poll();
    state.isAway = true;
    state.stored.push("a");
    await poll();
    [state.isAway, state.nowMs] = [false, state.nowMs + 300_000];
    await poll();
    expect(told).toEqual(["a"]);
    expect(missed()).toBe(0);
  });

  it("are counted anew when it was away for longer than they are looked back for", async () => {
    const { state, told, poll, missed } = begin();
    await poll();
    state.isAway = true;
    state.stored.push("a");
    await poll();
    [state.isAway, state.nowMs] = [false, state.nowMs + 600_000];
    await poll();
    state.stored.push("b");
    await poll();
    expect(told).toEqual(["b"]);
    expect(missed()).toBe(1);
  });
});
