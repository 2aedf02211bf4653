import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DROP_COLUMNS } from "@/lib/drops/drop-columns";
import { EVERYTHING, type Query } from "@/lib/query/query";
import { sampleDrop, sampleSeries } from "@/lib/store/sample-drops";
import { openStore, type Store } from "@/lib/store/store";
import { whereOf } from "@/lib/store/where";
import { createExports, type ExportWanted } from "./exports";
import { textOf } from "./sample-export";

const EVER = { q: "", query: EVERYTHING, fromMs: 0, toMs: 4_102_444_800_000 };
const CSV: ExportWanted = { format: "csv", columns: DROP_COLUMNS };
const LINES: ExportWanted = { format: "jsonl", columns: DROP_COLUMNS };
const NOTHING_EXPECTED = { settled: async () => {}, where: (query: Query) => whereOf(query) };
const PACKETS = 300;
const BEGIN = Date.UTC(2026, 10, 20, 9);

let store: Store;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "droplens-export-"));
  store = await openStore({ dataDir: join(folder, "store") });
  const series = sampleSeries(1, { tags: ["=cmd|' /C calc'!A0"] });
  const drops = Array.from({ length: PACKETS }, (_, at) =>
    // Five share each time, so that pages end among equal times.
    sampleDrop({ uuid: `u${at % 7}-${at}`, timeMs: BEGIN + Math.floor(at / 5), series }),
  );
  await store.insertDrops(drops);
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("an export", () => {
  it("has every drop once, oldest first, whatever the size of its pages", async () => {
    const sizes = [1, 7, 5, 1_000];
    for (const pageRows of sizes) {
      const exports = exportsOf(pageRows);
      const lines = (await textOf(await exports.open(EVER, CSV))).trimEnd().split("\r\n").slice(1);
      const uuids = lines.map((line) => line.slice(line.lastIndexOf(",") + 1));
      expect(new Set(uuids).size).toBe(PACKETS);
      expect(uuids).toHaveLength(PACKETS);
      const times = lines.map((line) => line.slice(0, line.indexOf(",")));
      expect(times).toEqual([...times].sort());
    }
  }, 60_000);

  it("has only the columns that are asked for, and no cell that a spreadsheet runs", async () => {
    const exports = exportsOf(100);
    const made = await exports.open(EVER, { format: "csv", columns: ["time", "policy", "tag"] });
    const [head, first] = (await textOf(made)).split("\r\n");
    expect(head).toBe("time,policy,tag");
    expect(first).toMatch(/^2026-11-20T09:00:00\.000000000Z,/);
    const text = await textOf(await exports.open(EVER, CSV));
    expect(text).toContain("'=cmd|' /C calc'!A0");
    expect(text).not.toMatch(/[\n,]=cmd/);
    expect(made.filename).toMatch(/^droplens-19700101T000000Z-\d{8}T\d{6}Z\.csv$/);
  });

  it("fails when a page cannot be read, and never ends early as if whole", async () => {
    let pages = 0;
    const exports = createExports({
      store: {
        countDrops: async () => ({ drops: PACKETS, flows: 2 * PACKETS }),
        evidencePage: async () => {
          pages += 1;
          if (pages > 1) throw new Error("the disk is away");
          return { drops: [], last: { timeMs: 1, timeNanos: 0, uuid: "a" } };
        },
      },
      writer: { flush: async () => {} },
      expecting: NOTHING_EXPECTED,
      nowMs: Date.now,
    });
    await expect(exports.open(EVER, CSV).then(textOf)).rejects.toThrow("the disk is away");
    expect(exports.running).toBe(0);
  });

  it("stops reading when its reader leaves, and holds no place then", async () => {
    const exports = exportsOf(10);
    const made = await exports.open(EVER, LINES);
    await made.pieces.next();
    expect(exports.running).toBe(1);
    await made.pieces.return();
    expect(exports.running).toBe(0);
    expect((await made.pieces.next()).done).toBe(true);
  });

  it("gives way to others when nobody takes it", async () => {
    const exports = exportsOf(10, 20);
    const made = await exports.open(EVER, LINES);
    await expect.poll(() => exports.running).toBe(0);
    await expect(made.pieces.next()).rejects.toThrow(/Nobody took/);
  });

  it("refuses more at once than may run, in words", async () => {
    const exports = exportsOf(10);
    const open = await Promise.all([1, 2, 3, 4].map(() => exports.open(EVER, CSV)));
    await expect(exports.open(EVER, CSV)).rejects.toThrow(/4 exports run already/);
    for (const { pieces } of open) await pieces.return();
    await (await exports.open(EVER, CSV)).pieces.return();
  });
});

/** Exports over a store of their own, with pages of another size. */
function exportsOf(pageRows: number, stallMs?: number) {
  return createExports({
    store,
    writer: { flush: async () => {} },
    expecting: NOTHING_EXPECTED,
    nowMs: Date.now,
    pageRows,
    ...(stallMs === undefined ? {} : { stallMs }),
  });
}
