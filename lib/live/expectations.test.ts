import { describe, expect, it } from "vitest";
import { claimedActor, signedInActor } from "@/lib/auth/actor";
import { AppError } from "@/lib/errors";
import { NOTHING_KNOWN } from "@/lib/expectations/expectation";
import type { NewExpectation } from "@/lib/expectations/view";
import type { EventRow } from "@/lib/store/event-table";
import { type ExpectationsOptions, openExpectations } from "./expectations";

const ANNA = claimedActor("Anna", "127.0.0.1");
const NOW = Date.parse("2026-11-21T10:00:00Z");

/** A log in memory that can be told to refuse, or to write and lose the answer. */
function memoryLog(rows: EventRow[] = []) {
  const state = { reads: true, writes: "kept" as "kept" | "refused" | "unanswered" };
  return {
    state,
    rows,
    expectationEvents: async () => {
      if (!state.reads) throw new AppError("store-unavailable", "the disk is gone");
      return [...rows].sort((a, b) => a.seq - b.seq);
    },
    appendExpectationEvent: async (...events: EventRow[]) => {
      if (state.writes === "refused") throw new Error("the disk is full");
      rows.push(...events);
      if (state.writes === "unanswered") throw new Error("no answer");
    },
  };
}

function clock() {
  let now = NOW;
  return () => {
    now += 1_000;
    return now;
  };
}

const open = (store: ReturnType<typeof memoryLog>, over: Partial<ExpectationsOptions> = {}) =>
  openExpectations({ store, nowMs: clock(), maxDays: 365, ...over });

const wanted = (over: Partial<NewExpectation> = {}): NewExpectation => ({
  query: "dst.fqdn:*.telemetry.example.com",
  reason: "Telemetry is blocked on purpose.",
  expiresAt: "2026-12-01T00:00:00Z",
  ...over,
});

describe("expectations", () => {
  it("are what the log leaves when it is read again, and so is the trail", async () => {
    const log = memoryLog();
    const first = await open(log, { knownOf: async () => ({ ...NOTHING_KNOWN, port: [443] }) });
    const kept = await first.create(wanted(), ANNA);
    const gone = await first.create(wanted({ query: "port:1" }), signedInActor("Bob", "10.0.0.9"));
    await first.change(kept.id, { version: 1, mode: "trial" }, ANNA);
    await first.change(kept.id, { version: 2, accept: { source: ["w:shop/web"] } }, ANNA);
    await first.change(gone.id, { version: 1, revoked: true }, ANNA);

    const again = await open(memoryLog([...log.rows]));
    expect(again.list()).toEqual(first.list());
    expect(again.entries()).toEqual(first.entries());
    expect(again.get(kept.id)).toMatchObject({
      mode: "trial",
      known: { source: ["w:shop/web"], destination: [], port: [443] },
      version: 3,
    });
    expect(again.get(gone.id)).toMatchObject({ author: "Bob", authorVerified: true });
    expect(again.audit({ id: gone.id, before: null, limit: 10 }).entries).toMatchObject([
      { action: "revoked", actor: { name: "Anna", verified: false }, from: "127.0.0.1" },
      { action: "created", actor: { name: "Bob", verified: true }, from: "10.0.0.9", before: null },
    ]);
  });

  it("tell who listens of each change once, when the list already has it", async () => {
    const set = await open(memoryLog());
    const seen: [number, number][] = [];
    const stop = set.onChange(() => seen.push([set.revision, set.list().length]));
    const before = set.revision;
    const list = set.list();
    const one = await set.create(wanted(), ANNA);
    expect(set.list()).not.toBe(list);
    expect(set.list()).toBe(set.list());
    await set.change(one.id, { version: 1 }, ANNA);
    stop();
    await set.change(one.id, { version: 1, mode: "trial" }, ANNA);
    expect(seen).toEqual([[before + 1, 1]]);
  });

  it("learn what their query shows when it comes to ask for more", async () => {
    const asked: string[] = [];
    const knownOf = async ({ query }: { query: string }) => {
      asked.push(query);
      return { ...NOTHING_KNOWN, destination: [`of ${query}`] };
    };
    const set = await open(memoryLog(), { knownOf });
    const one = await set.create(wanted({ query: "port:1" }), ANNA);
    await set.change(one.id, { version: 1, reason: "other" }, ANNA);
    await set.change(one.id, { version: 2, query: "port:1,2" }, ANNA);
    expect(asked).toEqual(["port:1", "port:1,2"]);
    expect(set.get(one.id).known.destination).toEqual(["of port:1", "of port:1,2"]);
  });
});

describe("a log that takes nothing", () => {
  it("leaves the set as it was, and the next change counts on", async () => {
    const log = memoryLog();
    const set = await open(log);
    const one = await set.create(wanted(), ANNA);
    log.state.writes = "refused";
    const change = set.change(one.id, { version: 1, mode: "trial" }, ANNA);
    await expect(change).rejects.toMatchObject({ code: "store-unavailable" });
    expect(set.list()).toEqual([one]);
    expect(set.problems()[0]).toContain("was not confirmed");
    log.state.writes = "kept";
    await set.change(one.id, { version: 1, mode: "trial" }, ANNA);
    expect(set.problems()).toEqual([]);
    expect(log.rows.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("or took it and did not say so: the next change is made to what is there", async () => {
    const log = memoryLog();
    const set = await open(log);
    const one = await set.create(wanted(), ANNA);
    log.state.writes = "unanswered";
    const lost = set.change(one.id, { version: 1, mode: "trial" }, ANNA);
    await expect(lost).rejects.toMatchObject({ code: "store-unavailable" });
    log.state.writes = "kept";
    const again = set.change(one.id, { version: 1, mode: "trial" }, ANNA);
    await expect(again).rejects.toMatchObject({ code: "conflict" });
    expect(set.get(one.id)).toMatchObject({ mode: "trial", version: 2 });
    await set.change(one.id, { version: 2, mode: "hide" }, ANNA);
    expect(log.rows.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });
});

describe("a log that cannot be read", () => {
  it("hides nothing, says so, refuses changes, and is read as soon as it can be", async () => {
    const log = memoryLog();
    const first = await open(log);
    const one = await first.create(wanted(), ANNA);
    log.state.reads = false;

    const set = await open(log);
    expect(set.list()).toEqual([]);
    expect(set.problems()).toEqual([
      expect.stringContaining("nothing is hidden: the disk is gone"),
    ]);
    const refused = { code: "store-unavailable" };
    await expect(set.create(wanted(), ANNA)).rejects.toMatchObject(refused);
    await expect(set.change(one.id, { version: 1 }, ANNA)).rejects.toMatchObject(refused);
    expect(() => set.get(one.id)).toThrow(expect.objectContaining(refused));
    expect(log.rows).toHaveLength(1);

    log.state.reads = true;
    await set.change(one.id, { version: 1, mode: "trial" }, ANNA);
    expect(set.problems()).toEqual([]);
    expect(set.list()).toMatchObject([{ id: one.id, mode: "trial" }]);
    set.close();
  });
});

describe("an event that cannot be read", () => {
  async function withEvent(over: (row: EventRow) => Partial<EventRow>) {
    const log = memoryLog();
    const first = await open(log);
    const spoilt = await first.create(wanted(), ANNA);
    const other = await first.create(wanted({ query: "port:1" }), ANNA);
    const [row] = log.rows;
    if (row === undefined) throw new Error("nothing was written");
    const last = { ...row, seq: 3 };
    return { set: await open(memoryLog([...log.rows, { ...last, ...over(last) }])), spoilt, other };
  }
  const body = (row: EventRow, change: object) =>
    JSON.stringify({ ...JSON.parse(row.body), ...change });

  it.each<[string, (row: EventRow) => Partial<EventRow>, string]>([
    ["of a newer version", (row) => ({ body: body(row, { v: 2 }) }), "newer version"],
    ["of a kind of a newer version", () => ({ type: "snoozed" }), "newer version"],
    [
      "with a member it does not know",
      (row) => ({ body: body(row, { only: "x" }) }),
      "cannot be read",
    ],
    ["that is cut off", (row) => ({ body: row.body.slice(0, 99) }), "cannot be read"],
    ["that is about another", () => ({ body: "{}" }), "cannot be read"],
  ])("%s hides nothing and is told; the others stay", async (_what, over, words) => {
    const { set, spoilt, other } = await withEvent(over);
    expect(set.list()).toEqual([other]);
    expect(set.problems()).toEqual([expect.stringContaining(words)]);
    expect(set.problems()[0]).toContain(spoilt.id);
    const change = set.change(spoilt.id, { version: 1, mode: "trial" }, ANNA);
    await expect(change).rejects.toMatchObject({ code: "conflict" });
    await set.create(wanted(), ANNA);
    expect(set.entries().map(({ seq }) => seq)).toEqual([1, 2, 4]);
  });
});
