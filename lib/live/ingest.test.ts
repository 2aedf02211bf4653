import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { createMeeting } from "@/lib/drops/pipeline";
import { createSeen } from "@/lib/drops/seen";
import { createSeriesIndex } from "@/lib/drops/series";
import { createLog } from "@/lib/http/log";
import { createLineDecoder } from "@/lib/hubble/line-decoder";
import { sourceStatus } from "@/lib/hubble/source-status-event";
import { createCoverageLog } from "./coverage-log";
import { createIngest, type Ingest, type IngestOptions } from "./ingest";
import { pushSource } from "./push-source";
import type { Pace, SourceSetup } from "./source-setup";

let ingest: Ingest | null = null;

afterEach(async () => {
  await ingest?.stop();
  ingest = null;
});

function begin(setup: SourceSetup, options: Partial<IngestOptions> = {}): Ingest {
  ingest = createIngest({
    setup,
    store: {
      newestTimeMs: async () => null,
      recentUuids: async () => [],
      insertCoverage: async () => {},
    },
    coverage: createCoverageLog(),
    seriesIndex: createSeriesIndex(),
    windowMs: 60_000,
    onDrop: () => {},
    doubtBefore: () => {},
    onMissing: () => {},
    writer: { waiting: 0, capacity: 9, flush: async () => {} },
    log: createLog("error"),
    nowMs: Date.now,
    ...options,
  });
  void ingest.run();
  return ingest;
}

const line = (uuid: string) => ({
  line: 1,
  text: JSON.stringify({
    flow: {
      time: new Date().toISOString(),
      uuid,
      verdict: "DROPPED",
      drop_reason_desc: "POLICY_DENIED",
      event_type: { type: 1, sub_type: 133 },
      IP: { source: "10.0.0.1", destination: "10.0.0.2" },
      l4: { TCP: { source_port: 40000, destination_port: 443 } },
    },
  }),
});

describe("a flow without a time", () => {
  it("says nothing of how far its source is behind", async () => {
    const setup = pushSource("shipper", "token");
    const { status } = begin(setup);
    await expect.poll(() => status.state).toBe("connected");
    const timeless = { line: 1, text: '{"flow":{"verdict":"DROPPED","uuid":"a"}}' };
    setup.push.accept(async () => [timeless]).catch(() => {});
    await expect.poll(() => status.account.outcomes.received).toBe(1);
    expect(status.lagMs).toBeNull();
  });
});

describe("a file that is read to its end", () => {
  it("is no warning in the log", async () => {
    const told: string[] = [];
    const log = createLog("error");
    const words = "/flows is read to its end.";
    const setup: SourceSetup = {
      id: "packed",
      kind: "file",
      address: "/flows",
      async *follow() {
        yield [sourceStatus("connected", "", 1), { kind: "progress", bytes: 9, total: 9 }];
        yield [sourceStatus("closed", words, 2)];
      },
    };
    const { status } = begin(setup, {
      log: { ...log, info: (text) => told.push(`info ${text}`), warn: (text) => told.push(text) },
    });
    await expect.poll(() => status.message).toBe(words);
    expect(told).toEqual([`info ${words}`]);
  });
});

describe("a source that is stopped", () => {
  it("refuses a push whose flows still wait for their twins", async () => {
    const setup = pushSource("shipper", "token");
    const { status, stop } = begin(setup);
    await expect.poll(() => status.state).toBe("connected");
    const answer = setup.push
      .accept(async () => [line("a")])
      .then(
        () => "accepted",
        (error: unknown) => (error as { code: string }).code,
      );
    await expect.poll(() => status.account.outcomes.received).toBe(1);
    await stop();
    expect(await answer).toBe("unavailable");
  });

  it("does not tell a file that what it gave is stored, though the store has taken the rest", async () => {
    let given: Pace | null = null;
    let stopping: Promise<void> | null = null;
    const setup: SourceSetup = {
      id: "file",
      kind: "file",
      address: "/flows",
      async *follow(_sinceMs, signal, pace) {
        given = pace;
        yield [];
        await new Promise((ended) => signal.addEventListener("abort", ended));
      },
    };
    const { stop } = begin(setup, {
      windowMs: 1,
      writer: {
        waiting: 0,
        capacity: 9,
        flush: async () => {
          stopping = stop();
        },
      },
    });
    await expect.poll(() => given).not.toBeNull();
    await expect((given as unknown as Pace).durable()).rejects.toThrow(/stopped/);
    await stopping;
  });
});

describe("a source that ends by itself", () => {
  it("lets go of the flows whose twins did not come", async () => {
    const drops: string[] = [];
    const decoder = createLineDecoder();
    const setup: SourceSetup = {
      id: "packed",
      kind: "file",
      address: "/flows.gz",
      async *follow() {
        yield [...decoder.all([line("last")]), ...decoder.rest()];
      },
    };
    begin(setup, { windowMs: 100, onDrop: ({ uuid }) => drops.push(uuid) });
    await expect.poll(() => drops, { timeout: 10_000 }).toEqual(["last"]);
  });
});

describe("a process that stands still for longer than flows wait", () => {
  it("joins twins that came before and after it", async () => {
    const drops: (string | undefined)[] = [];
    const twin = (uuid: string, eventType: number) => {
      const { flow } = JSON.parse(line(uuid).text);
      const text = JSON.stringify({ flow: { ...flow, time, event_type: { type: eventType } } });
      return createLineDecoder().all([{ line: 1, text }]);
    };
    const time = new Date().toISOString();
    const setup: SourceSetup = {
      id: "stopped",
      kind: "relay",
      address: "",
      async *follow() {
        yield twin("verdict", 5);
        await nextTurn();
        const untilMs = performance.now() + 400;
        while (performance.now() < untilMs);
        await nextTurn();
        await nextTurn();
        yield twin("drop", 1);
      },
    };
    const { status } = begin(setup, {
      windowMs: 100,
      timing: { flushMs: 10 },
      onDrop: ({ verdictFlow, dropFlow }) => drops.push(verdictFlow?.uuid, dropFlow?.uuid),
    });
    await expect.poll(() => drops).toEqual(["verdict", "drop"]);
    expect(status.account.outcomes).toMatchObject({ received: 2, paired: 1 });
  });
});

describe("a flow that nobody remembers", () => {
  const timeMs = Date.now() - 3_600_000;
  const given = (count: number): SourceSetup => ({
    id: "again",
    kind: "file",
    address: "/flows",
    async *follow() {
      const flows = Array.from({ length: count }, (_, at) => line(`${at}`));
      yield createLineDecoder().all(flows);
    },
  });

  it("may be stored already where it is older than the newest that anybody has stored", async () => {
    const doubts: number[] = [];
    const store = {
      newestTimeMs: async (origin: string | null) => (origin === null ? timeMs : null),
      recentUuids: async () => [],
      insertCoverage: async () => {},
    };
    begin(given(1), { store, doubtBefore: (ms) => doubts.push(ms) });
    await expect.poll(() => doubts).toEqual([timeMs + 1]);
  });

  it("may be stored already where uuids of its time had to be forgotten", async () => {
    const doubts: number[] = [];
    const meeting = { ...createMeeting(1), seen: createSeen(2) };
    const { status } = begin(given(9), { meeting, doubtBefore: (ms) => doubts.push(ms) });
    await expect.poll(() => status.account.outcomes.received).toBe(9);
    expect(doubts.length).toBeGreaterThan(0);
    expect(Math.max(...doubts)).toBeGreaterThan(timeMs);
  });
});

describe("a source whose earlier process could not store all", () => {
  it("knows the flows that wait in a file, also when the store has nothing of it", async () => {
    const decoder = createLineDecoder();
    const setup: SourceSetup = {
      id: "again",
      kind: "file",
      address: "/flows",
      async *follow() {
        yield [...decoder.all([line("waits"), line("new")]), ...decoder.rest()];
      },
    };
    const { status } = begin(setup, { windowMs: 1, waitingUuids: ["waits"] });
    await expect.poll(() => status.account.outcomes.received).toBe(2);
    expect(status.account.outcomes.duplicate).toBe(1);
  });
});
