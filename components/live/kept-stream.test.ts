import { describe, expect, it } from "vitest";
import {
  CLOSED,
  CONNECTING,
  createListeners,
  type EventStream,
  OPEN,
} from "@/components/live/event-stream";
import { keepStream } from "@/components/live/kept-stream";

/** A stream that the test speaks for. */
type FakeStream = EventStream & { say: (name: string, readyState?: number) => void };

/** Streams and timers that the test moves. */
function createWorld() {
  const streams: FakeStream[] = [];
  const timers: { action: () => void; delayMs: number; isOff: boolean }[] = [];
  const heard: string[] = [];
  function openStream(): FakeStream {
    const { add, tell } = createListeners();
    let state = CONNECTING;
    const stream: FakeStream = {
      get readyState() {
        return state;
      },
      addEventListener: add,
      close: () => {
        state = CLOSED;
      },
      say(name, readyState = OPEN) {
        state = readyState;
        tell(name, {});
      },
    };
    streams.push(stream);
    return stream;
  }
  const stop = keepStream(
    "/api/live",
    {
      connect: openStream,
      later(action, delayMs) {
        const timer = { action, delayMs, isOff: false };
        timers.push(timer);
        return () => {
          timer.isOff = true;
        };
      },
    },
    (stream) => stream.addEventListener("expectations", () => heard.push(`of ${streams.length}`)),
  );
  const last = () => {
    const stream = streams.at(-1);
    if (stream === undefined) throw new Error("no stream");
    return stream;
  };
  /** Lets the time of the last timer come. */
  const wait = () => {
    const timer = timers.at(-1);
    if (timer?.isOff === false) timer.action();
  };
  return { streams, timers, heard, last, wait, stop };
}

describe("a kept stream", () => {
  it("is opened anew after it was closed for good, and heard as before", () => {
    const world = createWorld();
    world.last().say("expectations");
    world.last().say("error", CLOSED);
    world.wait();
    world.last().say("expectations");
    expect(world.heard).toEqual(["of 1", "of 2"]);
  });

  it("is left alone while the browser tries again by itself", () => {
    const world = createWorld();
    world.last().say("error", CONNECTING);
    expect(world.timers).toEqual([]);
  });

  it("waits longer with each failure, and short again once it was greeted", () => {
    const world = createWorld();
    for (let failure = 0; failure < 8; failure += 1) {
      world.last().say("error", CLOSED);
      world.wait();
    }
    world.last().say("hello");
    world.last().say("error", CLOSED);
    expect(world.timers.map(({ delayMs }) => delayMs / 1_000)).toEqual([
      ...[1, 2, 4, 8, 15, 30, 30, 30, 1],
    ]);
  });

  it("waits once, however often it fails meanwhile", () => {
    const world = createWorld();
    world.last().say("error", CLOSED);
    world.last().say("error", CLOSED);
    expect(world.timers).toHaveLength(1);
  });

  it("does not come back once it is ended", () => {
    const world = createWorld();
    world.last().say("error", CLOSED);
    world.stop();
    world.wait();
    expect(world.streams).toHaveLength(1);
    const other = createWorld();
    other.stop();
    other.last().say("error", CLOSED);
    expect(other.timers).toEqual([]);
  });
});
