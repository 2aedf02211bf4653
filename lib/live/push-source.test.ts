import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FileLine } from "@/lib/hubble/line-splitter";
import type { SourceEvent } from "@/lib/hubble/source-event";
import { MAX_PUSH_LINES, readLinesBody } from "./push-body";
import { MAX_BATCHES, MAX_BYTES, type PushEndpoint, pushSource } from "./push-source";

const TOKEN = "a-token-of-some-length";
const LINES: readonly FileLine[] = [
  { line: 1, text: '{"flow":{"uuid":"a"}}' },
  { line: 2, text: "{broken" },
];

let push: PushEndpoint;
let aborter: AbortController;
let events: AsyncGenerator<readonly SourceEvent[]>;

beforeEach(async () => {
  aborter = new AbortController();
  const source = pushSource("shipper", TOKEN);
  push = source.push;
  const pace = { room: async () => {}, durable: async () => {} };
  events = source.follow(null, aborter.signal, pace)[Symbol.asyncIterator]() as AsyncGenerator<
    readonly SourceEvent[]
  >;
  await events.next();
});
afterEach(() => aborter.abort());

/** A batch whose body is under way. */
function slowBatch() {
  let arrive: (lines: readonly FileLine[]) => void = () => {};
  const body = new Promise<readonly FileLine[]>((resolve) => {
    arrive = resolve;
  });
  return { answer: push.accept(() => body), arrive };
}

async function kindsOfNext(): Promise<string[]> {
  const { value } = await events.next();
  return (value as readonly SourceEvent[]).map(({ kind }) => kind);
}

describe("batches that are pushed", () => {
  it("beyond what there is room for are refused before their body is read", async () => {
    const batches = Array.from({ length: MAX_BATCHES }, slowBatch);
    let isRead = false;
    const late = () =>
      push.accept(async () => {
        isRead = true;
        throw new Error("read");
      });
    await expect(late()).rejects.toMatchObject({ code: "too-many" });
    expect(isRead).toBe(false);

    batches[0]?.arrive(LINES);
    expect(await kindsOfNext()).toEqual(["status", "flow", "malformed"]);
    // Asked for the next one, it has taken this one.
    void events.next();
    expect(await batches[0]?.answer).toEqual({ lines: 2, unreadable: 1 });
    await expect(late()).rejects.toThrow("read");
    for (const { arrive } of batches) arrive([]);
  });

  it("are taken in parts where they are large, and room is asked for between these", async () => {
    const given: number[] = [];
    let rooms = 0;
    const source = pushSource("large", TOKEN);
    const pace = {
      durable: async () => {},
      room: async () => {
        rooms += 1;
      },
    };
    const following = source.follow(null, aborter.signal, pace);
    const reading = (async () => {
      for await (const batch of following) {
        expect(rooms).toBe(Math.max(0, given.length - 1));
        given.push(batch.length);
      }
    })();
    const line = { line: 1, text: '{"flow":{"uuid":"a"}}' };
    const lines = new Array<FileLine>(5_000).fill(line);
    expect(await source.push.accept(async () => lines)).toMatchObject({ lines: 5_000 });
    aborter.abort();
    await reading;
    expect(given.slice(1)).toEqual([2_000, 2_000, 1_001]);
  });

  it("are refused while they unpack to more than there is room for, and give the room back", async () => {
    let finish: () => void = () => {};
    const first = push.accept(async (onBytes) => {
      onBytes(MAX_BYTES - 10);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      throw new Error("broken off");
    });
    const more = () =>
      push.accept(async (onBytes) => {
        onBytes(11);
        throw new Error("read");
      });
    await expect(more()).rejects.toMatchObject({ code: "too-many" });
    finish();
    await expect(first).rejects.toThrow("broken off");
    await expect(more()).rejects.toThrow("read");
  });

  it("are taken by who follows now, though who followed before ends only then", async () => {
    const before = events;
    const next = new AbortController();
    const pace = { room: async () => {}, durable: async () => {} };
    const { follow, push: endpoint } = pushSource("shipper", TOKEN);
    const first = follow(null, aborter.signal, { ...pace })[Symbol.asyncIterator]();
    await first.next();
    const second = follow(null, next.signal, { ...pace })[Symbol.asyncIterator]();
    await second.next();
    aborter.abort();
    expect(await first.next()).toMatchObject({ done: true });
    const answer = endpoint.accept(async () => LINES);
    expect((await second.next()).value).toHaveLength(3);
    void second.next();
    expect(await answer).toEqual({ lines: 2, unreadable: 1 });
    next.abort();
    await before.return(undefined);
  });

  it("are refused when the source stops while they are read", async () => {
    const { answer, arrive } = slowBatch();
    aborter.abort();
    for (let next = await events.next(); !next.done; next = await events.next());
    arrive(LINES);
    await expect(answer).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("the body of a batch", () => {
  const bodyOf = (text: string, more: RequestInit = {}) =>
    new Request("http://localhost/", { method: "POST", body: text, ...more });

  it("is refused with more lines than a batch may have, as lines and as an array", async () => {
    const refused = { code: "too-large", message: expect.stringContaining("lines") };
    await expect(readLinesBody(bodyOf("{\n".repeat(MAX_PUSH_LINES + 1)))).rejects.toMatchObject(
      refused,
    );
    const array = `[${"0,".repeat(MAX_PUSH_LINES)}0]`;
    await expect(readLinesBody(bodyOf(array))).rejects.toMatchObject(refused);
  });

  it("tells of what it unpacks as it does, and stops when there is no room", async () => {
    const headers = { "content-encoding": "gzip" };
    const packed = new Uint8Array(gzipSync(Buffer.alloc(8_000_000, "\n")));
    const request = new Request("http://localhost/", { method: "POST", body: packed, headers });
    let told = 0;
    const reading = readLinesBody(request, (bytes) => {
      told += bytes;
      if (told > 1_000_000) throw new RangeError("no room");
    });
    await expect(reading).rejects.toThrow("no room");
    expect(told).toBeLessThan(2_000_000);
  });
});
