/** A store that holds a day of drops, for benchmarks of what is asked of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine } from "@/lib/store/connection";
import type { Engine } from "@/lib/store/engine";
import { prepareFolder } from "@/lib/store/folder";
import { openStore, type Store } from "@/lib/store/store";
import { IN_RANGE, type Range, rangeParams } from "@/lib/store/time";
import { dropsOf } from "./drops";
import { createSimulatedTime } from "./simulated-time";

export type StoredDay = {
  store: Store;
  range: Range;
  drops: number;
  /** Reads once, of all drops of the day, the columns that facets and groups are made of. */
  scan(): Promise<void>;
  /** Reads once every column, raw flows too, of the first part of the day: see `RAW_PARTS`. */
  scanRaw(): Promise<void>;
  close(): Promise<void>;
};

const DAY_MS = 86_400_000;
/** Drops as they come from flows; the others are these again at other times of the day. */
const REAL_DROPS = 20_000;
/** Drops of one statement are copied so often, and lie together in time, as if they had come so. */
const COPIES_A_STATEMENT = 25;
/** Raw flows are heavy to copy: the first of so many parts of the day has them, the others have none. */
export const RAW_PARTS = 20;

/** In a folder that goes with the process. */
export async function openStoredDay(drops: number): Promise<StoredDay> {
  const dataDir = mkdtempSync(join(tmpdir(), "droplens-bench-day-"));
  process.on("exit", () => rmSync(dataDir, { recursive: true, force: true }));
  const toMs = Date.now();
  const range = { fromMs: toMs - DAY_MS, toMs };
  const store = await openStore({ dataDir });
  const engine = openEngine(prepareFolder(dataDir).enginePath);
  const quarter = dropsOf(createSimulatedTime());
  let real = 0;
  while (real < REAL_DROPS) {
    const batch = quarter();
    real += batch.length;
    await store.insertDrops(batch);
  }
  const copies = Math.ceil(drops / real) - 1;
  for (let done = 0; done < copies; ) {
    const times = Math.min(COPIES_A_STATEMENT, copies - done);
    const at = (copy: number) => range.fromMs + Math.floor((DAY_MS * copy) / copies);
    const span = { fromMs: at(done), toMs: at(done + times) };
    await copy(engine, span, times, done < copies / RAW_PARTS);
    done += times;
  }
  await untilMerged(engine);
  const scanning = async (columns: string, over: Range) => {
    const sql = `SELECT count() FROM drops WHERE ${IN_RANGE} AND NOT ignore(${columns})`;
    await engine.select("read", sql, rangeParams(over), (reader) => reader.u64());
  };
  return {
    store,
    range,
    drops: real * (copies + 1),
    scan: () => scanning("series, count, attempt, node, source", range),
    scanRaw: () => scanning("*", { ...range, toMs: range.fromMs + DAY_MS / RAW_PARTS }),
    async close() {
      await engine.close(1_000);
      await store.close();
    },
  };
}

/** What is written is put together in the background, which would be counted among the answers. */
async function untilMerged(engine: Engine): Promise<void> {
  const sql = "SELECT count() FROM system.merges";
  for (let quiet = 0; quiet < 5; ) {
    await new Promise((later) => setTimeout(later, 200));
    const [merges] = await engine.select("read", sql, {}, (reader) => reader.u64());
    quiet = merges === 0 ? quiet + 1 : 0;
  }
}

/** Times fall anywhere in the span. */
async function copy(engine: Engine, span: Range, times: number, raw: boolean): Promise<void> {
  const columns =
    "series, count, attempt, source, node, src_pod, dst_pod, src_ip, dst_ip, src_port, " +
    "src_identity, dst_identity, tcp_flags, received_at";
  const evidence = raw ? "raw_kinds, verdict_raw, drop_raw" : "0, '', ''";
  const sql = `INSERT INTO drops (time, uuid, twin, raw_kinds, verdict_raw, drop_raw, ${columns})
    SELECT fromUnixTimestamp64Nano({from:Int64} * 1000000 + toInt64(rand64() % {span:UInt64}), 'UTC'),
      toString(generateUUIDv4()), '', ${evidence}, ${columns}
    FROM (SELECT * FROM drops LIMIT {real:UInt32}) AS some CROSS JOIN numbers({times:UInt32}) AS n`;
  await engine.run("write", sql, {
    from: span.fromMs,
    span: (span.toMs - span.fromMs) * 1_000_000,
    real: REAL_DROPS,
    times,
  });
}
