import { describe, expect, it } from "vitest";
import { createSlices } from "./turns";

const busy = (ms: number) => {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
};

/** Does `steps` steps of `ms` each, a slice at a time, and notes who had a slice when. */
async function work(name: string, steps: number, ms: number, order: string[]): Promise<void> {
  const slices = createSlices(1);
  await slices.next();
  order.push(name);
  for (let step = 0; step < steps; step += 1) {
    if (slices.isUp()) {
      await slices.next();
      order.push(name);
    }
    busy(ms);
  }
}

describe("slices of long work", () => {
  it("end after some milliseconds, and what waits beside them gets its turn", async () => {
    const order: string[] = [];
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await work("a", 100, 1, order);
    isDone = true;
    // Some 20 slices of 5 ms; a busy machine makes fewer, longer ones of them.
    expect(order.length).toBeGreaterThan(5);
    expect(turns).toBeGreaterThanOrEqual(order.length - 1);
  });

  it("come to everybody in turn, however long those of one are", async () => {
    const order: string[] = [];
    await Promise.all([
      work("long", 5, 20, order),
      work("a", 30, 1, order),
      work("b", 30, 1, order),
    ]);
    // Between two slices of the long one each of the others has had at least one.
    const whileAll = order.slice(0, order.indexOf("long", order.indexOf("long") + 1) + 1);
    expect(whileAll).toEqual(expect.arrayContaining(["a", "b"]));
    for (const name of ["a", "b"])
      expect(order.filter((one) => one === name).length).toBeGreaterThan(2);
  });

  it("share a turn of the loop only while its time is not up", async () => {
    const turnOf = new Map<string, number>();
    let turn = 0;
    let isDone = false;
    const count = () => {
      turn += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(
      ["a", "b", "c", "d"].map(async (name) => {
        const slices = createSlices();
        await slices.next();
        turnOf.set(name, turn);
        busy(name === "a" ? 1 : 15);
      }),
    );
    isDone = true;
    expect(turnOf.get("b")).toBe(turnOf.get("a"));
    expect(turnOf.get("c")).toBeGreaterThan(turnOf.get("b") ?? 0);
    expect(turnOf.get("d")).toBeGreaterThan(turnOf.get("c") ?? 0);
  });

  it("go on after one that fails", async () => {
    const failing = createSlices();
    const failed = failing.next().then(() => {
      throw new Error("as it may");
    });
    const other = createSlices();
    await expect(failed).rejects.toThrow("as it may");
    await other.next();
  });

  it("begin at once, so that small work waits for nobody", () => {
    const slices = createSlices();
    for (let call = 0; call < 16; call += 1) expect(slices.isUp()).toBe(false);
  });
});
