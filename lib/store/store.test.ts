import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Drop, Series } from "@/lib/drops/drop";
import type { DropCursor } from "@/lib/drops/drop-cursor";
import { sampleFlow } from "@/lib/drops/sample-flow";
import type { CoverageRow } from "./coverage-table";
import { sampleDrop, sampleSeries } from "./sample-drops";
import { FORMS, openForm, type SampleStore } from "./sample-forms";
import { IN_GROUP } from "./snapshot";
import type { Store } from "./store";

/** Every byte there is, so that no format in between can hide that it is text. */
const EVERY_BYTE = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
const HOSTILE = [
  "' OR 1 = 1 --",
  'a"b\\c`d',
  "\0\n\n\r\t;\n",
  "{drop_id:String}",
  "🙂 \u202e‮ é",
  "<script>alert(1)</script>",
];
const NOON = 1_790_000_000_000;
const HOUR = 3_600_000;
const EVER = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

let sample: SampleStore;
let store: Store;

describe.each(FORMS)("%s:", (form) => {
  beforeAll(async () => {
    sample = await openForm(form);
    store = sample.store;
  });

  afterAll(() => sample.dispose());

  describe("a drop comes back as it went in", () => {
    it("with both raw flows, one in protobuf and one in JSON", async () => {
      const drop = sampleDrop({
        uuid: "verdict-uuid",
        timeMs: NOON + 7,
        timeNanos: 123_456,
        count: 3,
        attempt: 0,
        sourcePort: 65_535,
        destinationIdentity: 0xffff_ffff,
        tcpFlags: 258,
        verdictFlow: sampleFlow({ uuid: "verdict-uuid", raw: EVERY_BYTE }),
        dropFlow: sampleFlow({ uuid: "drop-uuid", raw: '{"flow":"é\\n"}' }),
      });
      await store.insertDrops([drop]);

      const { verdictFlow, dropFlow, ...rest } = drop;
      const found = await store.getDrop("verdict-uuid");
      expect(found).toMatchObject({
        ...rest,
        twinUuid: "drop-uuid",
        verdictRaw: EVERY_BYTE,
        dropRaw: '{"flow":"é\\n"}',
      });
      expect(await store.getDrop("drop-uuid")).toEqual(found);
    });

    it.each(HOSTILE)("with %j in every text", async (text) => {
      const series = sampleSeries(500, {
        id: Buffer.from(text).toString("hex").padEnd(16, "0").slice(0, 16),
        group: text,
        tags: [text],
        l7: text,
      });
      const drop = sampleDrop({ uuid: text, series, node: text, sourcePod: text, sourceIp: text });
      await store.insertDrops([drop]);

      expect(await store.getDrop(text)).toMatchObject({
        uuid: text,
        series,
        node: text,
        sourcePod: text,
        sourceIp: text,
        verdictRaw: null,
        dropRaw: null,
      });
      const where = { sql: IN_GROUP, params: { group: text } };
      expect(await store.listDrops({ ...EVER, where, limit: 10 })).toHaveLength(1);
    });

    it("with the replacement character for half a surrogate pair", async () => {
      await store.insertDrops([sampleDrop({ uuid: "half", sourcePod: "a\ud800" })]);
      expect(await store.getDrop("half")).toMatchObject({ sourcePod: "a\ufffd" });
    });

    it("as nothing when its uuid is not known", async () => {
      expect(await store.getDrop("unknown")).toBeNull();
    });
  });

  describe("times that no clock should show", () => {
    it("are kept at the nearest time the store can say, in one batch of many days", async () => {
      const times = [-5, 0, 1, NOON, 4e12, Number.MAX_SAFE_INTEGER];
      const days = Array.from({ length: 300 }, (_, day) => day * 86_400_000);
      const drops = [...times, ...days].map((timeMs, number) =>
        sampleDrop({ uuid: `odd-${number}`, timeMs }),
      );
      await store.insertDrops(drops);
      const found = await Promise.all(times.map((_, number) => store.getDrop(`odd-${number}`)));
      expect(found.map((drop) => drop?.timeMs)).toEqual([0, 0, 1, NOON, 4e12, 9_223_372_035_000]);
    });
  });

  describe("snapshot", () => {
    const fromMs = NOON + 10 * HOUR;
    const drops: Drop[] = Array.from({ length: 3_000 }, (_, number) =>
      sampleDrop({
        uuid: `counted-${number}`,
        timeMs: fromMs + ((number * 7_919) % (2 * HOUR)),
        series: sampleSeries((number * number) % 97),
        count: 1 + (number % 3),
        attempt: number % 4 === 0 ? 1 : 0,
      }),
    );
    const range = { fromMs: fromMs + 123, toMs: fromMs + HOUR + 456 };
    const stepMs = 60_000;

    const placeOf = (row: { series: Series; bucketMs: number }) =>
      `${row.series.id} ${row.bucketMs}`;

    function countNaively() {
      const rows = new Map<string, object>();
      for (const drop of drops) {
        if (drop.timeMs < range.fromMs || drop.timeMs >= range.toMs) continue;
        const bucketMs = Math.floor(drop.timeMs / stepMs) * stepMs;
        const key = `${drop.series.id} ${bucketMs}`;
        const same = drops.filter(
          (other) =>
            other.series.id === drop.series.id &&
            Math.floor(other.timeMs / stepMs) * stepMs === bucketMs &&
            other.timeMs >= range.fromMs &&
            other.timeMs < range.toMs,
        );
        rows.set(key, {
          series: drop.series,
          bucketMs,
          drops: same.reduce((sum, { count }) => sum + count, 0),
          attempts: same.reduce((sum, { attempt }) => sum + attempt, 0),
          ...first(same),
          answers: [],
          lastMs: Math.max(...same.map(({ timeMs }) => timeMs)),
        });
      }
      return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    }

    function first(some: readonly Drop[]) {
      const firstMs = Math.min(...some.map(({ timeMs }) => timeMs));
      const nanos = some.filter(({ timeMs }) => timeMs === firstMs).map((one) => one.timeNanos);
      return { firstMs, firstNanos: Math.min(...nanos) };
    }

    beforeAll(() => store.insertDrops(drops));

    it("counts packets and attempts by series and bucket as counting by hand does", async () => {
      const rows = await store.snapshot({ ...range, stepMs });
      const inOrder = rows.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
      expect(inOrder).toEqual(countNaively());
    });

    it("counts only what its condition holds for", async () => {
      const sql = "series IN (SELECT id FROM series WHERE verdict = {verdict:String})";
      const where = { sql, params: { verdict: "AUDIT" } };
      const rows = await store.snapshot({ ...range, stepMs, where });
      expect(rows.length).toBeGreaterThan(0);
      expect(new Set(rows.map(({ series }) => series.verdict))).toEqual(new Set(["AUDIT"]));
    });

    it("is empty for a span without drops", async () => {
      expect(await store.snapshot({ fromMs: 5e12, toMs: 6e12, stepMs })).toEqual([]);
    });
  });

  describe("the list of drops", () => {
    const fromMs = NOON + 100 * HOUR;
    const range = { fromMs, toMs: fromMs + HOUR };

    it("pages through equal times without skipping or repeating one", async () => {
      const uuids = Array.from({ length: 53 }, (_, number) => `page-${number}`);
      const drops = uuids.map((uuid, number) =>
        sampleDrop({ uuid, timeMs: fromMs + Math.floor(number / 20), timeNanos: 0 }),
      );
      await store.insertDrops(drops.slice(0, 30));
      await store.insertDrops(drops.slice(30));

      const seen: string[] = [];
      let before: DropCursor | undefined;
      for (;;) {
        const page = await store.listDrops({ ...range, limit: 7, ...(before && { before }) });
        seen.push(...page.map(({ uuid }) => uuid));
        before = page.at(-1);
        if (before === undefined) break;
      }
      expect(seen).toHaveLength(uuids.length);
      expect(new Set(seen)).toEqual(new Set(uuids));
    });

    it("is newest first, to the nanosecond", async () => {
      const timeMs = fromMs + 30_000;
      await store.insertDrops([
        sampleDrop({ uuid: "earlier", timeMs, timeNanos: 1 }),
        sampleDrop({ uuid: "later", timeMs, timeNanos: 2 }),
      ]);
      const [first, second] = await store.listDrops({ ...range, limit: 2 });
      expect([first?.uuid, second?.uuid]).toEqual(["later", "earlier"]);
    });
  });

  describe("first seen", () => {
    it("is the earliest drop of a group, whatever the order they came in", async () => {
      const series = sampleSeries(800, { group: "first-seen" });
      for (const timeMs of [NOON + 50, NOON + 20, NOON + 90]) {
        await store.insertDrops([sampleDrop({ uuid: `first-${timeMs}`, timeMs, series })]);
      }
      expect(await store.firstSeenOf(["first-seen", "unknown"])).toEqual(
        new Map([["first-seen", NOON + 20]]),
      );
      expect((await store.firstSeenOf("all")).get("first-seen")).toBe(NOON + 20);
    });
  });

  describe("what ingest goes on from", () => {
    it("is the newest time of its own source that is not in the future", async () => {
      const now = Date.now();
      await store.insertDrops([
        sampleDrop({ uuid: "now", origin: "relay-a", timeMs: now }),
        sampleDrop({ uuid: "wrong-clock", origin: "relay-a", timeMs: now + 86_400_000 }),
      ]);
      expect(await store.newestTimeMs("relay-a")).toBe(now);
      expect(await store.newestTimeMs("relay-b")).toBeNull();
    });

    it("knows both flows of a joined drop", async () => {
      const timeMs = 7e12;
      const drop = sampleDrop({
        uuid: "one",
        timeMs,
        verdictFlow: sampleFlow({ uuid: "one" }),
        dropFlow: sampleFlow({ uuid: "two" }),
      });
      await store.insertDrops([drop, sampleDrop({ uuid: "three", timeMs: timeMs + 1 })]);
      const uuids = await store.recentUuids(timeMs);
      expect(uuids).toEqual(expect.arrayContaining(["one", "two", "three"]));
      expect(await store.recentUuids(timeMs + 1)).not.toContain("one");
    });
  });

  describe("coverage", () => {
    const beat = (fromMs: number, change: Partial<CoverageRow> = {}): CoverageRow => ({
      source: "relay",
      fromMs,
      toMs: fromMs + 5_000,
      refilled: false,
      received: 12,
      lostAtMost: 0,
      nodesConnected: 3,
      nodesUnavailable: 1,
      ...change,
    });

    it("makes one of the heartbeats that touch a range and follow each other", async () => {
      const beats = [
        beat(NOON),
        beat(NOON + 5_001, { lostAtMost: 2 ** 40 }),
        beat(NOON + 6_000),
        beat(NOON + 9_000, { source: "file" }),
        beat(NOON + 11_002),
        beat(NOON + 11_010, { refilled: true }),
        beat(NOON + 11_020, { missing: true }),
      ];
      await store.insertCoverage(beats);
      const told = async (fromMs: number, toMs: number) =>
        (await store.coverage({ fromMs: NOON + fromMs, toMs: NOON + toMs })).map((one) => [
          one.source,
          one.fromMs - NOON,
          one.toMs - NOON,
          one.missing ? "missing" : one.refilled ? "refilled" : one.lostAtMost,
        ]);
      expect(await told(0, 60_000)).toEqual([
        ["relay", 0, 11_000, 0],
        ["relay", 5_001, 10_001, 2 ** 40],
        ["file", 9_000, 14_000, 0],
        ["relay", 11_002, 16_002, 0],
        ["relay", 11_010, 16_010, "refilled"],
        ["relay", 11_020, 16_020, "missing"],
      ]);
      expect(await told(5_000, 5_001)).toEqual([]);
      expect(await told(4_999, 5_001)).toEqual([["relay", 0, 5_000, 0]]);
      // Written now, of a time long ago.
      expect(await store.coverageWritten(600)).toEqual(beats);
    });
  });

  describe("the log of expectations", () => {
    it("keeps its order and its bodies", async () => {
      const event = { id: "e1", type: "created", actor: "ada", atMs: NOON, body: '{"query":"é"}' };
      await store.appendExpectationEvent({ ...event, seq: 2, type: "revoked" });
      await store.appendExpectationEvent({ ...event, seq: 1 });
      expect(await store.expectationEvents()).toEqual([
        { ...event, seq: 1 },
        { ...event, seq: 2, type: "revoked" },
      ]);
    });
  });

  describe("lanes", () => {
    it("answer an interactive read while a heavy one is at work", async () => {
      const order: string[] = [];
      const where = { sql: "sleepEachRow(0.0002) = 0", params: {} };
      const heavy = store
        .snapshot({ ...EVER, stepMs: HOUR, where, lane: "heavy" })
        .then(() => order.push("heavy"));
      const read = store.listDrops({ ...EVER, limit: 1 }).then(() => order.push("read"));
      await Promise.all([heavy, read]);
      expect(order).toEqual(["read", "heavy"]);
    });
  });

  describe("stats", () => {
    it("count the drops and date the oldest", async () => {
      const { rows, diskBytes, oldestMs } = await store.stats();
      expect(rows).toBeGreaterThan(3_000);
      expect(diskBytes).toBeGreaterThan(0);
      expect(oldestMs).toBe(0);
    });
  });
});
