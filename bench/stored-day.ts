/** A store that holds a day of drops, for benchmarks of what is asked of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, openEngine } from "@/lib/store/connection";
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
};

const DAY_MS = 86_400_000;
/** Drops as they come from flows; the others are these again at other times of the day. */
const REAL_DROPS = 20_000;
const COPIES_A_STATEMENT = 25;

/** In a folder that goes with the process. */
export async function openStoredDay(drops: number): Promise<StoredDay> {
  const dataDir = mkdtempSync(join(tmpdir(), "droplens-bench-history-"));
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
  for (let done = 0; done < copies; done += COPIES_A_STATEMENT) {
    await copy(engine, range, Math.min(COPIES_A_STATEMENT, copies - done));
  }
  const sql = `SELECT count() FROM drops
    WHERE ${IN_RANGE} AND NOT ignore(series, count, attempt, node, source)`;
  return {
    store,
    range,
    drops: real * (copies + 1),
    async scan() {
      await engine.select("read", sql, rangeParams(range), (reader) => reader.u64());
    },
  };
}

/** Times fall anywhere in the day; raw flows, which no question here reads, are left out. */
async function copy(engine: Engine, range: Range, times: number): Promise<void> {
  const columns =
    "series, count, attempt, source, node, src_pod, dst_pod, src_ip, dst_ip, src_port, " +
    "src_identity, dst_identity, tcp_flags, received_at";
  const sql = `INSERT INTO drops (time, uuid, twin, raw_kinds, verdict_raw, drop_raw, ${columns})
    SELECT fromUnixTimestamp64Nano({from:Int64} * 1000000 + toInt64(rand64() % {span:UInt64}), 'UTC'),
      toString(generateUUIDv4()), '', 0, '', '', ${columns}
    FROM (SELECT * FROM drops LIMIT {real:UInt32}) AS some CROSS JOIN numbers({times:UInt32}) AS n`;
  await engine.run("write", sql, {
    from: range.fromMs,
    span: DAY_MS * 1_000_000,
    real: REAL_DROPS,
    times,
  });
}
