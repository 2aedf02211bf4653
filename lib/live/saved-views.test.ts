import { describe, expect, it } from "vitest";
import { claimedActor } from "@/lib/auth/actor";
import type { EventRow } from "@/lib/store/event-table";
import { MAX_VIEWS, openSavedViews } from "./saved-views";

const ANNA = claimedActor("Anna");

/** A log in memory that can be told to refuse. */
function memoryLog(events: EventRow[] = []) {
  const state = { broken: false };
  return {
    state,
    events,
    savedViewEvents: async () => events,
    appendSavedViewEvent: async (event: EventRow) => {
      if (state.broken) throw new Error("the disk is full");
      events.push(event);
    },
  };
}

function clock() {
  let now = Date.parse("2026-11-21T10:00:00Z");
  return () => {
    now += 1_000;
    return now;
  };
}

describe("saved views", () => {
  it("are listed by name, with who saved them and when", async () => {
    const views = await openSavedViews(memoryLog(), clock());
    await views.create({ name: "web", search: "?q=ns%3Aweb" }, ANNA);
    await views.create({ name: "Audit", search: "" }, claimedActor(undefined));
    expect(views.list()).toMatchObject([
      { name: "Audit", search: "", author: "", authorVerified: false, version: 1 },
      { name: "web", search: "?q=ns%3Aweb", author: "Anna", createdAt: "2026-11-21T10:00:01.000Z" },
    ]);
  });

  it("have names of their own, in any case and spelling", async () => {
    const views = await openSavedViews(memoryLog(), clock());
    const first = await views.create({ name: "Caf\u00e9 A", search: "" }, ANNA);
    const again = views.create({ name: "CAFE\u0301 a", search: "?by=tag" }, ANNA);
    await expect(again).rejects.toMatchObject({ code: "conflict", extra: { current: first } });
    const other = await views.create({ name: "other", search: "" }, ANNA);
    const renamed = views.change(other.id, { name: "cafe\u0301 A", version: 1 }, ANNA);
    await expect(renamed).rejects.toMatchObject({ code: "conflict" });
    await views.change(first.id, { name: "CAF\u00c9 a", version: 1 }, ANNA);
    expect(views.list().map(({ name }) => name)).toEqual(["CAF\u00c9 a", "other"]);
  });

  it("tell the second of two who change the same version, with what the first made of it", async () => {
    const views = await openSavedViews(memoryLog(), clock());
    const { id } = await views.create({ name: "web", search: "" }, ANNA);
    const [first, second] = await Promise.allSettled([
      views.change(id, { search: "?by=tag", version: 1 }, ANNA),
      views.change(id, { search: "?by=reason", version: 1 }, ANNA),
    ]);
    expect(first).toMatchObject({ status: "fulfilled", value: { version: 2, search: "?by=tag" } });
    expect(second).toMatchObject({
      status: "rejected",
      reason: { code: "conflict", extra: { current: { version: 2, search: "?by=tag" } } },
    });
  });

  it("are what the log leaves when it is read again", async () => {
    const log = memoryLog();
    const views = await openSavedViews(log, clock());
    const kept = await views.create({ name: "kept", search: "" }, ANNA);
    const gone = await views.create({ name: "gone", search: "" }, ANNA);
    await views.change(kept.id, { name: "kept on", version: 1 }, ANNA);
    await views.remove(gone.id, ANNA);

    const again = await openSavedViews(memoryLog([...log.events]), clock());
    expect(again.list()).toEqual(views.list());
    expect(again.list()).toMatchObject([{ name: "kept on", version: 2 }]);
    expect(log.events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, "saved"],
      [2, "saved"],
      [3, "saved"],
      [4, "removed"],
    ]);
    await expect(again.remove(gone.id, ANNA)).rejects.toMatchObject({ code: "not-found" });
  });

  it("change only when the log has taken it", async () => {
    const log = memoryLog();
    const views = await openSavedViews(log, clock());
    const view = await views.create({ name: "web", search: "" }, ANNA);
    log.state.broken = true;
    await expect(views.create({ name: "b", search: "" }, ANNA)).rejects.toThrow("the disk is full");
    await expect(views.remove(view.id, ANNA)).rejects.toThrow("the disk is full");
    await expect(views.change(view.id, { name: "c", version: 1 }, ANNA)).rejects.toThrow();
    expect(views.list()).toEqual([view]);
    log.state.broken = false;
    await views.create({ name: "b", search: "" }, ANNA);
    expect(log.events.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it(`are at most ${MAX_VIEWS}`, async () => {
    const views = await openSavedViews(memoryLog(), clock());
    for (let i = 0; i < MAX_VIEWS; i++) await views.create({ name: `v${i}`, search: "" }, ANNA);
    const more = views.create({ name: "one more", search: "" }, ANNA);
    await expect(more).rejects.toMatchObject({ code: "conflict" });
  });

  it("are there and can be changed beside an event that cannot be read, which is told", async () => {
    const log = memoryLog();
    const { id } = await (await openSavedViews(log, clock())).create(
      { name: "web", search: "" },
      ANNA,
    );
    const event = { type: "saved", actor: "", atMs: 0 };
    log.events.push({ ...event, seq: 2, id, body: "{" }, { ...event, seq: 3, id: "b", body: "{}" });
    const told: unknown[] = [];
    const views = await openSavedViews(log, clock(), undefined, {
      warn: (_message, fields) => told.push(fields),
    });
    expect(told).toEqual([
      { seq: 2, id },
      { seq: 3, id: "b" },
    ]);
    await views.change(id, { name: "shop", version: 1 }, ANNA);
    expect(views.list()).toMatchObject([{ name: "shop", version: 2 }]);
    expect(log.events.at(-1)?.seq).toBe(4);
  });
});
