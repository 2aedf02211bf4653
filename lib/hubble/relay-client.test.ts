import { status as GRPC } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { messageFromJson } from "./read-json";
import { parseRelayAddress } from "./relay-address";
import { openRelayChannel } from "./relay-channel";
import { followRelay } from "./relay-client";
import type { RelayOptions } from "./relay-options";
import { sourceThread } from "./sample-thread";
import {
  type RelayScript,
  type ScriptedRelay,
  type ScriptedStream,
  send,
  startScriptedRelay,
} from "./scripted-relay";
import type { SourceEvent, StatusEvent } from "./source-event";
import { timestampOfMs } from "./timestamp";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");
const QUICK = { backoffMs: 1, earlyCapMs: 5, lateCapMs: 5, probeIntervalMs: 60_000 };

const thread = sourceThread();
const WAYS = [
  { way: "read here", openChannel: openRelayChannel },
  { way: "read in another thread", openChannel: thread.openChannel },
];
let openChannel = openRelayChannel;
afterAll(() => thread.stop());

const relays: ScriptedRelay[] = [];
afterEach(() => {
  for (const relay of relays.splice(0)) relay.kill();
});

async function relayThat(script: RelayScript): Promise<ScriptedRelay> {
  const relay = await startScriptedRelay(script);
  relays.push(relay);
  return relay;
}

function optionsFor(port: number, more: Partial<RelayOptions> = {}): RelayOptions {
  const parsed = parseRelayAddress(`localhost:${port}`);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return {
    address: parsed.address,
    tls: null,
    basicAuth: null,
    connectTimeoutMs: 2000,
    sinceMs: null,
    timing: QUICK,
    openChannel,
    now: () => NOW_MS,
    random: () => 0,
    ...more,
  };
}

/** Follows until the events received satisfy `enough`, and returns them all. */
async function follow(
  options: RelayOptions,
  enough: (events: readonly SourceEvent[]) => boolean,
): Promise<SourceEvent[]> {
  const stop = new AbortController();
  const events: SourceEvent[] = [];
  for await (const batch of followRelay(options, stop.signal)) {
    events.push(...batch);
    if (enough(events)) stop.abort();
  }
  return events;
}

const statuses = (events: readonly SourceEvent[]): StatusEvent[] =>
  events.filter((event) => event.kind === "status");
const uuids = (events: readonly SourceEvent[]): string[] =>
  events.flatMap((event) => (event.kind === "flow" ? [event.flow.uuid] : []));
const hasFlow = (uuid: string) => (events: readonly SourceEvent[]) => uuids(events).includes(uuid);

function flow(uuid: string, ageMs = 0, more: object = {}): object {
  const time = new Date(NOW_MS - ageMs).toISOString();
  return { flow: { uuid, time, verdict: "DROPPED", node_name: "c1/n1", ...more } };
}

describe.each(WAYS)("$way:", (way) => {
  beforeEach(() => {
    openChannel = way.openChannel;
  });

  describe("following a relay", () => {
    it("asks for drops and audits since the given time, and on", async () => {
      const relay = await relayThat({ stream: (stream) => send(stream, flow("a")) });
      await follow(optionsFor(relay.port, { sinceMs: NOW_MS - 5000 }), hasFlow("a"));
      expect(relay.requests[0]).toMatchObject({
        follow: true,
        number: "0",
        since: timestampOfMs(NOW_MS - 5000),
        whitelist: [{ verdict: [2, 4] }],
        blacklist: [],
        field_mask: undefined,
      });
    });

    it("asks an unknown relay for everything that it still has", async () => {
      const relay = await relayThat({ stream: (stream) => send(stream, flow("a")) });
      await follow(optionsFor(relay.port), hasFlow("a"));
      expect(relay.requests[0]?.since).toEqual({ seconds: "0", nanos: 0 });
    });

    it("narrows extra filters to its own verdicts", async () => {
      const relay = await relayThat({ stream: (stream) => send(stream, flow("a")) });
      const filter = (json: object) => messageFromJson("flow.FlowFilter", json);
      const allow = [filter({ source_pod: ["shop/"] }), filter({ verdict: ["FORWARDED"] })];
      const deny = [filter({ destination_port: ["53"] })];
      await follow(optionsFor(relay.port, { allow, deny }), hasFlow("a"));
      expect(relay.requests[0]?.whitelist).toMatchObject([
        { source_pod: ["shop/"], verdict: [2, 4] },
      ]);
      expect(relay.requests[0]?.blacklist).toMatchObject([{ destination_port: ["53"] }]);
    });

    it("tells version, nodes and the last proof of life", async () => {
      const relay = await relayThat({ stream: (stream) => send(stream, flow("a")) });
      const events = await follow(optionsFor(relay.port), hasFlow("a"));
      expect(statuses(events).map((status) => status.state)).toEqual([
        "connecting",
        "connected",
        "closed",
      ]);
      expect(statuses(events)[1]).toMatchObject({
        version: "hubble-relay v1.19.4",
        nodesConnected: 3,
        nodesUnavailable: 1,
        unavailableNodes: ["c1/n4"],
        flowsPerSecond: 12.5,
        lastProofMs: NOW_MS,
        words: "Connected to hubble-relay v1.19.4. 1 of 4 nodes not observed: c1/n4.",
      });
    });

    it("passes on lost events and node states, and counts the nodes anew", async () => {
      const status = (state_change: string, node_names: string[]) => ({
        node_status: { state_change, node_names },
      });
      const relay = await relayThat({
        stream: (stream) =>
          send(
            stream,
            status("NODE_CONNECTED", ["c1/n1", "c1/n2"]),
            status("NODE_UNAVAILABLE", ["c1/n2"]),
            { lost_events: { source: "HUBBLE_RING_BUFFER", num_events_lost: "7" }, node_name: "n" },
            flow("a"),
          ),
      });
      const events = await follow(optionsFor(relay.port), hasFlow("a"));
      expect(events.filter((event) => event.kind === "node-status")).toHaveLength(2);
      expect(events.find((event) => event.kind === "lost")).toMatchObject({ count: 7n, node: "n" });
      const connected = statuses(events).filter((event) => event.state === "connected");
      expect(connected.at(-1)).toMatchObject({ nodesConnected: 1, unavailableNodes: ["c1/n2"] });
    });

    it("takes the one event that a full ring begins with for no loss, once a node", async () => {
      const lost = (node_name: string, num_events_lost = "1", source = "HUBBLE_RING_BUFFER") => ({
        ...{ lost_events: { source, num_events_lost }, node_name },
      });
      const relay = await relayThat({
        stream: (stream) =>
          send(
            stream,
            ...[lost("c1/n1"), lost("c1/n2"), lost("c1/n2"), lost("c1/n3", "2"), lost("c1/n3")],
            ...[lost("c1/n4", "1", "OBSERVER_EVENTS_QUEUE"), flow("a"), lost("c1/n1")],
            flow("b"),
          ),
      });
      const told = async (sinceMs: number | null) => {
        const events = await follow(optionsFor(relay.port, { sinceMs }), hasFlow("b"));
        return events.flatMap((one) => (one.kind === "lost" ? [`${one.node} ${one.count}`] : []));
      };
      const losses = ["n2 1", "n3 2", "n3 1", "n4 1", "n1 1"];
      expect(await told(null)).toEqual(losses);
      // Who asked from a time on may miss what the ring no longer has.
      expect(await told(NOW_MS - 5_000)).toEqual(["n1 1", "n2 1", ...losses]);
    });

    it("goes on after messages that cannot be read", async () => {
      const relay = await relayThat({
        stream: (stream) => {
          send(stream, flow("a"));
          stream.write(Buffer.from([10, 200, 1, 8]));
          stream.write(Buffer.alloc(0));
          send(stream, flow("b"));
        },
      });
      const events = await follow(optionsFor(relay.port), hasFlow("b"));
      expect(uuids(events)).toEqual(["a", "b"]);
      expect(events.filter((event) => event.kind === "malformed")).toHaveLength(2);
      expect(relay.requests).toHaveLength(1);
    });

    it("sends the name and password it was given", async () => {
      const relay = await relayThat({ stream: (stream) => send(stream, flow("a")) });
      const basicAuth = { username: "ops", password: "pä" };
      await follow(optionsFor(relay.port, { basicAuth }), hasFlow("a"));
      const token = Buffer.from("ops:pä").toString("base64");
      expect(relay.authorizations).toEqual([`Basic ${token}`]);
    });

    it("ends at once when told to, also while nothing comes", async () => {
      const stop = new AbortController();
      const relay = await relayThat({ stream: () => undefined });
      const events: SourceEvent[] = [];
      for await (const batch of followRelay(optionsFor(relay.port), stop.signal)) {
        events.push(...batch);
        if (statuses(events).some((status) => status.state === "connected")) stop.abort();
      }
      expect(statuses(events).at(-1)?.state).toBe("closed");
    });

    it("ends at once while it waits for a first answer that never comes", async () => {
      const stop = new AbortController();
      const relay = await relayThat({
        status: () => {
          stop.abort();
          return null;
        },
        stream: () => undefined,
      });
      const options = optionsFor(relay.port, { connectTimeoutMs: 600_000 });
      const events: SourceEvent[] = [];
      for await (const batch of followRelay(options, stop.signal)) events.push(...batch);
      expect(statuses(events).map((status) => status.state)).toEqual(["connecting", "closed"]);
    });

    it("follows a relay whose status is no status", async () => {
      const relay = await relayThat({
        status: () => Buffer.from([0x0f]),
        stream: (stream) => send(stream, flow("a")),
      });
      const events = await follow(optionsFor(relay.port), hasFlow("a"));
      expect(statuses(events).map((status) => status.state)).toContain("connected");
    });

    it("does nothing for a signal that has already fired", async () => {
      const relay = await relayThat({ stream: () => undefined });
      const events: SourceEvent[] = [];
      for await (const batch of followRelay(optionsFor(relay.port), AbortSignal.abort())) {
        events.push(...batch);
      }
      expect(statuses(events).map((status) => status.state)).toEqual(["closed"]);
      expect(relay.requests).toHaveLength(0);
    });
  });

  describe("a consumer that does not keep up", () => {
    let slowly: ReturnType<typeof followRelay>;

    it("is told how much was let go, while the relay is read on", async () => {
      const sent = 500;
      const relay = await relayThat({
        stream: (stream) => {
          for (let i = 0; i < sent; i += 1) send(stream, flow(String(i)));
          stream.end();
        },
      });
      const stop = new AbortController();
      const events: SourceEvent[] = [];
      const allRead = new Promise<void>((resolve) => {
        // Chance is asked for once the stream has ended and the next try is planned.
        const random = () => {
          resolve();
          return 0;
        };
        const timing = { ...QUICK, backoffMs: 60_000, earlyCapMs: 60_000 };
        const options = optionsFor(relay.port, { queueLimit: 100, timing, random });
        slowly = followRelay(options, stop.signal);
      });
      events.push(...((await slowly.next()).value ?? []));
      await allRead;
      for await (const batch of slowly) {
        events.push(...batch);
        stop.abort();
      }
      const shed = events.flatMap((event) => (event.kind === "shed" ? [event.count] : []));
      expect(shed).toHaveLength(1);
      expect(shed[0]).toBeGreaterThanOrEqual(sent - 100);
      expect(uuids(events).length + (shed[0] ?? 0)).toBe(sent);
    });
  });

  describe("reconnecting", () => {
    it("takes up the stream ten seconds before the last flow, after a clean end too", async () => {
      const relay = await relayThat({
        stream: (stream, index) => {
          send(stream, flow(`s${index}`, 30_000));
          if (index < 2) stream.end();
        },
      });
      const events = await follow(optionsFor(relay.port), hasFlow("s2"));
      expect(relay.requests.map((request) => request.since?.seconds)).toEqual([
        "0",
        timestampOfMs(NOW_MS - 40_000).seconds,
        timestampOfMs(NOW_MS - 40_000).seconds,
      ]);
      expect(statuses(events).find((status) => status.state === "waiting")?.words).toContain(
        "ended the stream",
      );
    });

    it("never moves the resume point into the future for a node whose clock is ahead", async () => {
      const relay = await relayThat({
        stream: (stream, index) => {
          send(stream, flow(`s${index}`, -3_600_000));
          if (index < 1) stream.end();
        },
      });
      await follow(optionsFor(relay.port, { overlapMs: 1000 }), hasFlow("s1"));
      expect(relay.requests[1]?.since).toEqual(timestampOfMs(NOW_MS - 1000));
    });

    it("does so when the connection is cut or the stream fails, and says why", async () => {
      const relay = await relayThat({
        stream: (stream, index) => {
          if (index === 0) stream.emit("error", { code: GRPC.UNKNOWN, details: "bad filter" });
          else send(stream, flow("a"));
        },
      });
      const events = await follow(optionsFor(relay.port), hasFlow("a"));
      const waiting = statuses(events).filter((status) => status.state === "waiting");
      expect(waiting).toHaveLength(1);
      expect(waiting[0]?.words).toContain("refused the request: bad filter");
      expect(waiting[0]).toMatchObject({ attempt: 1, nextTryMs: NOW_MS + 1 });
    });

    it("finds a relay that comes up later, on the same port", async () => {
      const first = await relayThat({ stream: () => undefined });
      first.kill();
      let started = false;
      const events = await follow(optionsFor(first.port), (all) => {
        const failures = statuses(all).filter((status) => status.state === "waiting").length;
        if (failures >= 2 && !started) {
          started = true;
          void relayThat({ port: first.port, stream: (stream) => send(stream, flow("a")) });
        }
        return hasFlow("a")(all);
      });
      const words = statuses(events).map((status) => status.words);
      expect(words.some((text) => text.startsWith("Connection refused at localhost:"))).toBe(true);
      expect(uuids(events)).toEqual(["a"]);
    });

    it("finds a relay again that died in the middle of the stream, and misses nothing it still has", async () => {
      const first = await relayThat({ stream: (stream) => send(stream, flow("a", 2000)) });
      let died = false;
      const events = await follow(optionsFor(first.port), (all) => {
        if (hasFlow("a")(all) && !died) {
          died = true;
          first.kill();
          const stream = (again: ScriptedStream) => send(again, flow("a", 2000), flow("b", 1000));
          void relayThat({ port: first.port, stream });
        }
        return hasFlow("b")(all);
      });
      expect(uuids(events)).toEqual(["a", "a", "b"]);
      expect(relays.at(-1)?.requests[0]?.since).toEqual(timestampOfMs(NOW_MS - 12_000));
    });

    it("treats a request that every node refuses as failed, in the nodes' words", async () => {
      const relay = await relayThat({
        stream: (stream) => {
          const node_names = ["c1/n1", "c1/n2"];
          send(
            stream,
            { node_status: { state_change: "NODE_CONNECTED", node_names } },
            { node_status: { state_change: "NODE_ERROR", node_names, message: "invalid regex" } },
          );
          stream.end();
        },
      });
      const events = await follow(optionsFor(relay.port), (all) =>
        statuses(all).some((status) => status.state === "waiting"),
      );
      expect(statuses(events).find((status) => status.state === "waiting")?.words).toBe(
        "Every node refused the request: invalid regex. Check the allow and deny filters of this source.",
      );
    });

    it("steps over a message too large to receive, counts it once and says what is missing", async () => {
      const big = flow("big", 60_000, { Summary: "x".repeat(2 * 1024 * 1024) });
      const relay = await relayThat({
        stream: (stream, index) => {
          if (index === 0) send(stream, flow("a", 90_000));
          send(stream, index < 3 ? big : flow("b"));
        },
      });
      const events = await follow(optionsFor(relay.port), hasFlow("b"));
      expect(events.filter((event) => event.kind === "malformed")).toHaveLength(1);
      const stepped = statuses(events).find((status) => status.steppedOver !== null);
      expect(stepped?.steppedOver).toEqual({ fromMs: NOW_MS - 100_000, toMs: NOW_MS });
      expect(stepped?.words).toMatch(/sent a message of \d+ bytes; the limit is 1048576/);
      expect(relay.requests.map((request) => request.since)).toEqual([
        timestampOfMs(0),
        timestampOfMs(NOW_MS - 100_000),
        timestampOfMs(NOW_MS - 100_000),
        timestampOfMs(NOW_MS),
      ]);
    });
  });

  describe("a relay that hangs", () => {
    const timing = { ...QUICK, probeIntervalMs: 10, probeDeadlineMs: 50 };

    it("is noticed by probes, and left for a new connection", async () => {
      const relay = await relayThat({
        status: (index) => (index === 1 || index === 2 ? null : { version: "v" }),
        stream: (stream, index) => {
          if (index === 1) send(stream, flow("after"));
        },
      });
      const events = await follow(optionsFor(relay.port, { timing }), hasFlow("after"));
      const states = statuses(events).map((status) => status.state);
      expect(states.slice(0, 5)).toEqual([
        "connecting",
        "connected",
        "unresponsive",
        "waiting",
        "connecting",
      ]);
      expect(statuses(events)[3]?.words).toMatch(/has not answered for \d+ s/);
    });

    it("is not one that answers probes but has nothing to say", async () => {
      const relay = await relayThat({ stream: () => undefined });
      const events = await follow(
        optionsFor(relay.port, { timing: { ...timing, probeDeadlineMs: 5000 } }),
        (all) => statuses(all).filter((status) => status.state === "connected").length >= 4,
      );
      expect(statuses(events).some((status) => status.state === "unresponsive")).toBe(false);
    });

    it("is not one that refuses to tell its status but sends flows", async () => {
      const sending = (stream: ScriptedStream) => {
        const timer = setInterval(() => send(stream, flow("x")), 5);
        stream.on("cancelled", () => clearInterval(timer));
      };
      let clock = NOW_MS;
      const relay = await relayThat({
        status: (index) => (index === 0 ? {} : null),
        stream: sending,
      });
      const now = () => {
        clock += 1;
        return clock;
      };
      const events = await follow(
        optionsFor(relay.port, { timing, now }),
        (all) => statuses(all).filter((status) => status.state === "connected").length >= 4,
      );
      expect(statuses(events).some((status) => status.state === "unresponsive")).toBe(false);
    });

    it("is also one that accepts the connection and never says a word", async () => {
      const relay = await relayThat({ status: () => null, stream: () => undefined });
      const events = await follow(optionsFor(relay.port, { connectTimeoutMs: 50 }), (all) =>
        statuses(all).some((status) => status.state === "waiting"),
      );
      expect(statuses(events).find((status) => status.state === "waiting")?.words).toContain(
        "did not answer in time",
      );
    });
  });
});
