import { describe, expect, it } from "vitest";
import { ASK_HIDDEN_MS, ASK_MS } from "@/components/live/asked-stream";
import { CLOSED, EVENTS, type EventStream, type StreamEvent } from "@/components/live/event-stream";
import {
  HELD_BACK_MS,
  openLiveStream,
  type StreamEdges,
  SURE_MS,
} from "@/components/live/live-stream";
import { type ReadEvent, readEvents } from "@/components/live/read-events";

const SNAPSHOT: ReadEvent = { name: "snapshot", data: "{}", id: "e.1" };
const HELLO: ReadEvent = { name: "hello", data: "{}", id: null };

type Said = EventStream & { say: (name: string) => void; fail: () => void };

/** Streams the test speaks into, answers it gives, turns it deals, and a clock it turns. */
function createWorld() {
  const streams: Said[] = [];
  const asked: (string | null)[] = [];
  let answer: () => Promise<readonly ReadEvent[]> = async () => [HELLO, SNAPSHOT];
  let deal: (may: boolean) => void = () => {};
  let hidden = false;
  let givenBack = 0;
  let nowMs = 0;
  let timers: { atMs: number; action: () => void }[] = [];
  const edges: StreamEdges = {
    connect() {
      const listeners = new Map<string, (event: StreamEvent) => void>();
      const stream = {
        readyState: 1,
        addEventListener: (name: string, listener: (event: StreamEvent) => void) => {
          listeners.set(name, listener);
        },
        close: () => {
          stream.readyState = CLOSED;
        },
        say: (name: string) => listeners.get(name)?.({ data: "{}" }),
        fail() {
          stream.readyState = CLOSED;
          listeners.get("error")?.({});
        },
      };
      streams.push(stream);
      return stream;
    },
    ask(_path, after) {
      asked.push(after);
      return answer();
    },
    mayStream(say) {
      deal = say;
      return () => {
        givenBack += 1;
      };
    },
    later(action, delayMs) {
      const timer = { atMs: nowMs + delayMs, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    isHidden: () => hidden,
  };
  const heard: string[] = [];
  const stream = openLiveStream("/api/live?q=", EVENTS, edges);
  for (const name of [...EVENTS, "way", "error"]) {
    stream.addEventListener(name, ({ data }) => {
      heard.push(name === "way" ? `way ${JSON.parse(String(data)).by}` : name);
    });
  }
  return {
    stream,
    streams,
    asked,
    heard,
    deal: (may: boolean) => deal(may),
    answers: (next: typeof answer) => {
      answer = next;
    },
    hide: () => {
      hidden = true;
    },
    givenBack: () => givenBack,
    /** Lets the time pass, and what follows from it. */
    async pass(ms: number) {
      nowMs += ms;
      const due = timers.filter(({ atMs }) => atMs <= nowMs);
      timers = timers.filter(({ atMs }) => atMs > nowMs);
      for (const { action } of due) action();
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    },
  };
}

describe("the live events of a page", () => {
  it("come by a stream, and are asked for by nobody, where the page has its turn", async () => {
    const world = createWorld();
    world.deal(true);
    world.streams[0]?.say("hello");
    world.streams[0]?.say("snapshot");
    await world.pass(HELD_BACK_MS);
    expect(world.heard).toEqual(["way stream", "hello", "snapshot"]);
    expect(world.asked).toEqual([]);
    world.stream.close();
    expect(world.streams[0]?.readyState).toBe(CLOSED);
    expect(world.givenBack()).toBe(1);
  });

  it("F56 held-back stream: come by asking once an answer came and the stream said nothing", async () => {
    const world = createWorld();
    world.deal(true);
    await world.pass(HELD_BACK_MS);
    expect(world.asked).toEqual([null]);
    await world.pass(SURE_MS);
    expect(world.streams[0]?.readyState).toBe(CLOSED);
    expect(world.givenBack()).toBe(1);
    await world.pass(0);
    expect(world.heard).toEqual(["way asking", "hello", "snapshot", "skipped"]);
    await world.pass(ASK_MS);
    expect(world.asked).toEqual([null, "e.1"]);
  });

  it("F56 slow view: no proxy is blamed when the stream speaks as late as the answer", async () => {
    const world = createWorld();
    world.deal(true);
    await world.pass(HELD_BACK_MS);
    world.streams[0]?.say("hello");
    await world.pass(SURE_MS);
    expect(world.heard).toEqual(["way stream", "hello"]);
    expect(world.streams[0]?.readyState).toBe(1);
  });

  it("F56 server away: no proxy is blamed when nobody answers", async () => {
    const world = createWorld();
    world.answers(() => Promise.reject(new Error("refused")));
    world.deal(true);
    await world.pass(HELD_BACK_MS);
    await world.pass(SURE_MS);
    expect(world.streams[0]?.readyState).toBe(1);
    world.streams[0]?.fail();
    expect(world.heard).toEqual(["error"]);
    expect(world.stream.readyState).toBe(CLOSED);
  });

  it("F55 many tabs: come by asking until the page has its turn, rarely while it is hidden", async () => {
    const world = createWorld();
    world.deal(false);
    await world.pass(0);
    expect(world.heard).toEqual(["way asking", "hello", "snapshot", "skipped"]);
    world.hide();
    await world.pass(ASK_MS);
    await world.pass(ASK_MS);
    expect(world.asked).toHaveLength(2);
    await world.pass(ASK_HIDDEN_MS);
    expect(world.asked).toHaveLength(3);
    world.deal(true);
    world.streams[0]?.say("snapshot");
    expect(world.heard.slice(-2)).toEqual(["way stream", "snapshot"]);
    await world.pass(ASK_HIDDEN_MS);
    expect(world.asked).toHaveLength(3);
  });

  it("end with an error when asking is refused", async () => {
    const world = createWorld();
    world.answers(() => Promise.reject(new Error("401")));
    world.deal(false);
    await world.pass(0);
    expect(world.heard).toEqual(["error"]);
    expect(world.stream.readyState).toBe(CLOSED);
  });
});

describe("readEvents", () => {
  it("reads names, ids and data, and leaves out comments and what has no end", () => {
    const text = ": a comment\n\nretry: 1000\n\nid: e.1\nevent: delta\ndata: {}\n\ndata: cut";
    expect(readEvents(text)).toEqual([{ name: "delta", data: "{}", id: "e.1" }]);
    expect(readEvents("event: a\r\ndata: 1\r\ndata: 2\r\n\r\n")).toEqual([
      { name: "a", data: "1\n2", id: null },
    ]);
  });
});
