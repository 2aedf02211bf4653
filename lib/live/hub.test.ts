import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EVERYTHING } from "@/lib/query/query";
import { sampleDrop } from "@/lib/store/sample-drops";
import type { Store } from "@/lib/store/store";
import type { Subscription } from "./broadcast";
import { openSampleExpecting, type SampleExpecting } from "./sample-expecting";

const NOW_MS = 1_790_000_000_000;
const LIVE = { q: "", query: EVERYTHING, rangeMs: 300_000 };

let system: SampleExpecting;
/** What the store is asked for a view, and how it is answered. */
let reads: { answer: () => void; fail: () => void }[];
let isHeld: boolean;

function held(store: Store): Store {
  return {
    ...store,
    snapshot: async (options) => {
      if (isHeld) {
        await new Promise<void>((answer, fail) => {
          reads.push({ answer, fail: () => fail(new Error("away")) });
        });
      }
      return store.snapshot(options);
    },
  };
}

beforeEach(async () => {
  [reads, isHeld] = [[], true];
  system = await openSampleExpecting(held);
});
afterEach(() => system.dispose());

async function firstRead() {
  await expect.poll(() => reads.length).toBeGreaterThan(0);
  isHeld = false;
  const [read] = reads;
  if (read === undefined) throw new Error("nothing was read");
  return read;
}

/** Reads until a piece has all the words; rejects when the stream ends before. */
async function untilTold(stream: Subscription, ...words: string[]): Promise<string> {
  for (;;) {
    const { done, value } = await stream.next();
    if (done) throw new Error("the stream ended");
    const text = new TextDecoder().decode(value);
    if (words.every((one) => text.includes(one))) return text;
  }
}

const drop = (uuid: string) => sampleDrop({ uuid, timeMs: NOW_MS - 1_000 });

describe("a view that is let go while it is being opened", () => {
  it("is opened anew, and goes on telling what arrives", async () => {
    const opening = system.hub.subscribe(LIVE, null);
    const read = await firstRead();
    system.hub.beginAnew();
    read.answer();
    const stream = await opening;
    system.arrive([drop("late")]);
    expect(await untilTold(stream, "event: drops", "late")).toContain('"skipped":0');
    await stream.return();
  });

  it("has its history where the store came back while an earlier answer still failed", async () => {
    await system.store.insertDrops([drop("before")]);
    const opening = system.hub.subscribe(LIVE, null);
    const read = await firstRead();
    system.hub.storeIsBack();
    read.fail();
    const stream = await opening;
    expect(await untilTold(stream, "event: snapshot")).toContain('"drops":1');
    await stream.return();
  });

  it("tells nobody anything after the end", async () => {
    const opening = system.hub.subscribe(LIVE, null);
    const read = await firstRead();
    system.hub.close();
    read.answer();
    await expect(opening).rejects.toMatchObject({ code: "unavailable" });
  });
});
