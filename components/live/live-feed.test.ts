import { describe, expect, it } from "vitest";
import type { EventStream } from "@/components/live/event-stream";
import {
  createLiveFeed,
  type FeedEdges,
  PAINT_MS,
  SILENCE_MS,
  STALE_MS,
} from "@/components/live/live-feed";
import { sampleGroup, sampleView } from "@/components/triage/sample-group";
import type { Group } from "@/lib/drops/view";

/** A stream the test speaks into, and a clock it turns. */
function createWorld() {
  const streams: (EventStream & {
    say: (name: string, data?: unknown) => void;
    fail: () => void;
    stumble: () => void;
  })[] = [];
  let nowMs = 1_000;
  let hidden = false;
  let unseen = 0;
  let timers: { atMs: number; action: () => void }[] = [];
  const edges: FeedEdges = {
    connect: () => {
      const listeners = new Map<string, (event: { data?: unknown }) => void>();
      const stream = {
        readyState: 1,
        addEventListener: (name: string, listener: (event: { data?: unknown }) => void) => {
          listeners.set(name, listener);
        },
        close: () => {
          stream.readyState = 2;
        },
        say: (name: string, data?: unknown) =>
          listeners.get(name)?.({ data: JSON.stringify(data) }),
        stumble: () => listeners.get("error")?.({}),
        fail: () => {
          stream.readyState = 2;
          listeners.get("error")?.({});
        },
      };
      streams.push(stream);
      return stream;
    },
    explain: async () => ({ words: "Too many live views.", reload: false }),
    greet: (hello) => !(typeof hello === "object" && hello !== null && "other" in hello),
    tellUnseen: (groups) => {
      unseen = groups;
    },
    nowMs: () => nowMs,
    later: (action, delayMs) => {
      const timer = { atMs: nowMs + delayMs, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    isHidden: () => hidden,
  };
  const pass = (ms: number) => {
    nowMs += ms;
    const due = timers.filter((timer) => timer.atMs <= nowMs);
    timers = timers.filter((timer) => timer.atMs > nowMs);
    for (const timer of due) timer.action();
  };
  return {
    streams,
    edges,
    pass,
    hide: (value: boolean) => (hidden = value),
    unseen: () => unseen,
  };
}

function openFeed() {
  const world = createWorld();
  const feed = createLiveFeed("/api/live?q=", world.edges);
  let paints = 0;
  const leave = feed.subscribe(() => {
    paints += 1;
  });
  const view = sampleView({ groups: [sampleGroup({ id: "a", attempts: 1 })] });
  const say = (name: string, data: unknown) => world.streams.at(-1)?.say(name, data);
  const delta = (...groups: Group[]) =>
    say("delta", { ...view, groups, removed: [], timeline: [] });
  return { ...world, feed, view, say, delta, leave, paints: () => paints };
}

describe("createLiveFeed", () => {
  it("shows the snapshot at once and says that it is live", () => {
    const { feed, say, view } = openFeed();
    say("snapshot", view);
    expect(feed.getState()).toMatchObject({ status: "live", view });
  });

  it("paints deltas that come close together only once", () => {
    const { feed, say, view, delta, pass, paints } = openFeed();
    say("snapshot", view);
    const before = paints();
    for (let attempts = 2; attempts <= 20; attempts += 1) delta(sampleGroup({ id: "a", attempts }));
    pass(PAINT_MS);
    expect(paints() - before).toBe(1);
    expect(feed.getState().view?.groups[0]?.attempts).toBe(20);
  });

  it("freezes the view while paused, counts the groups that change, and shows all on going on", () => {
    const { feed, say, view, delta, pass } = openFeed();
    say("snapshot", view);
    feed.setPaused(true);
    pass(PAINT_MS);
    delta(sampleGroup({ id: "a", attempts: 7 }), sampleGroup({ id: "b" }));
    delta(sampleGroup({ id: "b" }));
    pass(PAINT_MS);
    expect(feed.getState()).toMatchObject({ view, waiting: 2 });

    feed.setPaused(false);
    pass(PAINT_MS);
    expect(feed.getState().waiting).toBe(0);
    expect(feed.getState().view?.groups.map((group) => group.attempts)).toEqual([7, 3]);
  });

  it("shows the first view even when the page opens paused", () => {
    const { feed, say, view } = openFeed();
    feed.setPaused(true);
    say("snapshot", view);
    expect(feed.getState().view).toEqual(view);
  });

  it("does not paint while the page is hidden, and paints what came when it is seen again", () => {
    const { feed, say, view, delta, pass, hide } = openFeed();
    say("snapshot", view);
    hide(true);
    delta(sampleGroup({ id: "a", attempts: 9 }));
    pass(PAINT_MS);
    expect(feed.getState().view?.groups[0]?.attempts).toBe(1);

    hide(false);
    feed.wake();
    pass(PAINT_MS);
    expect(feed.getState().view?.groups[0]?.attempts).toBe(9);
  });

  it("keeps the view of a lost stream, says why it was refused, and tries again", async () => {
    const { feed, say, view, streams, pass } = openFeed();
    say("snapshot", view);
    streams[0]?.fail();
    await Promise.resolve();
    await Promise.resolve();
    expect(feed.getState()).toMatchObject({
      status: "lost",
      lostSinceMs: 1_000,
      view,
      problem: "Too many live views.",
    });

    pass(1_000);
    say("snapshot", view);
    expect(feed.getState()).toMatchObject({ status: "live", lostSinceMs: null, problem: null });
  });

  it("waits longer after each refusal", () => {
    const { streams, pass } = openFeed();
    streams[0]?.fail();
    pass(1_000);
    streams[1]?.fail();
    pass(1_000);
    expect(streams).toHaveLength(2);
    pass(1_000);
    expect(streams).toHaveLength(3);
  });

  it("makes a stream anew that has been silent for too long", () => {
    const { say, view, streams, pass } = openFeed();
    say("snapshot", view);
    pass(SILENCE_MS);
    expect(streams).toHaveLength(2);
    expect(streams[0]?.readyState).toBe(2);
  });

  it("F51 tab asleep: on waking connects anew when nothing was heard for longer than a stream is silent", () => {
    const { feed, say, view, streams, pass } = openFeed();
    say("snapshot", view);
    pass(STALE_MS);
    feed.wake();
    expect(streams).toHaveLength(1);
    pass(1);
    feed.wake();
    expect(streams).toHaveLength(2);
    say("snapshot", view);
    feed.wake();
    expect(streams).toHaveLength(2);
  });

  it("F52 hidden tab: tells how many groups changed, paints nothing, and tells none once it is seen", () => {
    const { feed, say, view, delta, pass, hide, unseen } = openFeed();
    say("snapshot", view);
    hide(true);
    for (const id of ["b", "c", "b"]) {
      delta(sampleGroup({ id }));
      pass(PAINT_MS);
    }
    expect(unseen()).toBe(2);
    expect(feed.getState().view).toEqual(view);
    hide(false);
    feed.wake();
    pass(PAINT_MS);
    expect(unseen()).toBe(0);
  });

  it("F60 session over: says that loading the page anew helps, until it is live again", async () => {
    const world = createWorld();
    const explain = async () => ({ words: "Sign in.", reload: true });
    const feed = createLiveFeed("/api/live?q=", { ...world.edges, explain });
    feed.subscribe(() => {});
    world.streams[0]?.fail();
    await Promise.resolve();
    await Promise.resolve();
    expect(feed.getState()).toMatchObject({ problem: "Sign in.", needsReload: true });
    world.pass(1_000);
    world.streams.at(-1)?.say("hello", {});
    expect(feed.getState()).toMatchObject({ status: "live", needsReload: false });
  });

  it("F60 session over: finds out why also when the browser goes on trying by itself", async () => {
    const world = createWorld();
    const explain = async () => ({ words: "Sign in.", reload: true });
    const feed = createLiveFeed("/api/live?q=", { ...world.edges, explain });
    feed.subscribe(() => {});
    world.streams[0]?.say("hello", {});
    world.streams[0]?.stumble();
    await Promise.resolve();
    expect(feed.getState().problem).toBeNull();
    world.streams[0]?.stumble();
    await Promise.resolve();
    await Promise.resolve();
    expect(feed.getState()).toMatchObject({ problem: "Sign in.", needsReload: true });
  });

  it("F61 version skew: says that the server is of another build, and goes on", () => {
    const { feed, say, view } = openFeed();
    say("hello", { other: true });
    say("snapshot", view);
    expect(feed.getState()).toMatchObject({ isOutdated: true, status: "live", view });
  });

  it("leaves data alone that is not what it knows", () => {
    const { feed, say, view } = openFeed();
    say("snapshot", view);
    say("delta", { groups: "none" });
    say("snapshot", null);
    expect(feed.getState().view).toEqual(view);
  });

  it("adds up what the server skipped for this page", () => {
    const { feed, say, view, pass } = openFeed();
    say("snapshot", view);
    say("skipped", { updates: 3 });
    say("skipped", { updates: 4 });
    pass(PAINT_MS);
    expect(feed.getState().skipped).toBe(7);
  });

  it("says why the server ends the stream", () => {
    const { feed, say, view } = openFeed();
    say("snapshot", view);
    say("bye", { reason: "Droplens is stopping." });
    expect(feed.getState()).toMatchObject({ status: "lost", problem: "Droplens is stopping." });
  });

  it("closes the stream with its last reader", () => {
    const { leave, streams } = openFeed();
    leave();
    expect(streams[0]?.readyState).toBe(2);
  });
});
