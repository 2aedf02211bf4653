import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEventLog } from "./event-log";
import type { EventRow } from "./event-table";
import { createEventsBackup } from "./events-backup";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "droplens-log-"));
  path = join(folder, "data", "expectations.jsonl");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const row = (seq: number, body = `body ${seq}`): EventRow => {
  return { seq, id: `e${seq}`, type: "created", actor: "ada", atMs: 1_000 + seq, body };
};

/** A store that holds rows until it is told to lose, refuse or be away. */
function setUp({ restores = true } = {}) {
  const state = { rows: [] as EventRow[], isThere: true, refuses: false, notes: [] as string[] };
  const log = createEventLog({
    backup: createEventsBackup(path),
    store: {
      async append(rows) {
        if (state.refuses || !state.isThere) throw new Error("disk full");
        state.rows.push(...rows);
      },
      async read() {
        if (!state.isThere) throw new Error("away");
        return [...state.rows].sort((a, b) => a.seq - b.seq);
      },
    },
    isThere: () => state.isThere,
    restores,
    onNote: (words) => state.notes.push(words),
    nowMs: () => 0,
  });
  return { state, log };
}

describe("a log that is kept twice", () => {
  it("is read from its copy while the store is away", async () => {
    const { state, log } = setUp();
    await log.append([row(1), row(2)]);
    state.isThere = false;
    expect(await log.read()).toEqual([row(1), row(2)]);
  });

  it("cannot be read while the store is away and there is no copy", async () => {
    const { state, log } = setUp();
    state.isThere = false;
    await expect(log.read()).rejects.toThrow("away");
  });

  it("gives back to the store what that has lost, and says so", async () => {
    const { state, log } = setUp();
    await log.append([row(1)]);
    await log.append([row(2), row(3)]);
    state.rows = [];
    expect(await log.read()).toEqual([row(1), row(2), row(3)]);
    expect(state.rows).toEqual([row(1), row(2), row(3)]);
    expect(state.notes).toEqual(["3 entries that the store had lost were brought back."]);
  });

  it("takes into the copy what only the store has", async () => {
    const { state, log } = setUp();
    state.rows = [row(1), row(2)];
    await log.read();
    state.isThere = false;
    expect(await log.read()).toEqual([row(1), row(2)]);
  });

  it("keeps nothing of what the store refused", async () => {
    const { state, log } = setUp();
    await log.append([row(1)]);
    state.refuses = true;
    await expect(log.append([row(2)])).rejects.toThrow("disk full");
    state.refuses = false;
    expect(await log.read()).toEqual([row(1)]);
    await log.append([row(2, "another")]);
    expect(await log.read()).toEqual([row(1), row(2, "another")]);
  });

  it("writes nothing at all while the store is away", async () => {
    const { state, log } = setUp();
    await log.append([row(1)]);
    state.isThere = false;
    await expect(log.append([row(2)])).rejects.toThrow();
    expect(await log.read()).toEqual([row(1)]);
  });

  it("believes the store where the copy is of another one, and sets that aside", async () => {
    const { state, log } = setUp();
    await log.append([row(1), row(2)]);
    state.rows = [row(1, "other")];
    expect(await log.read()).toEqual([row(1, "other")]);
    state.isThere = false;
    expect(await log.read()).toEqual([row(1, "other")]);
    expect(readdirSync(join(folder, "data"))).toHaveLength(2);
    expect(state.notes).toHaveLength(1);
  });

  it("brings nothing back to a store that several write to", async () => {
    const { state, log } = setUp({ restores: false });
    await log.append([row(1), row(2)]);
    state.rows = [row(1)];
    expect(await log.read()).toEqual([row(1)]);
    expect(state.rows).toEqual([row(1)]);
  });
});

describe("the copy", () => {
  it("leaves out a change of which a kill left half, and goes on after it", async () => {
    const backup = createEventsBackup(path);
    await backup.append([row(1)]);
    await backup.append([row(2), row(3)]);
    truncateSync(path, readFileSync(path).length - 10);
    expect(await backup.read()).toEqual([row(1)]);
    await backup.append([row(2, "again")]);
    expect(await backup.read()).toEqual([row(1), row(2, "again")]);
  });

  it("leaves out lines that are none of ours", async () => {
    const backup = createEventsBackup(path);
    await backup.append([row(1)]);
    appendFileSync(path, '\u0000\u0000\n{"seq": 2}\n[{"seq":"x"}]\n');
    await backup.append([row(2)]);
    expect(await backup.read()).toEqual([row(1), row(2)]);
  });
});
