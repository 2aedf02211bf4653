/** One process with one store that holds a day of drops: times what Triage asks of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWindow } from "@/lib/drops/live-window";
import { chooseStep } from "@/lib/drops/timeline";
import { FACET_FIELDS, type FacetField, type GroupBy } from "@/lib/drops/view";
import { groupingBy } from "@/lib/query/grouping";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";
import { type Engine, openEngine } from "@/lib/store/connection";
import { prepareFolder } from "@/lib/store/folder";
import { openStore, type Store } from "@/lib/store/store";
import { IN_RANGE, rangeParams } from "@/lib/store/time";
import { whereOf } from "@/lib/store/where";
import { answer } from "./child";
import { dropsOf } from "./drops";
import { createSimulatedTime } from "./simulated-time";

export type HistoryRequest =
  | { what: "fill"; drops: number }
  | { what: "scan" }
  | { what: "facets"; q: string; fields: readonly FacetField[] | null; prefix: string }
  | { what: "groups"; q: string; by: GroupBy };

const DAY_MS = 86_400_000;
/** Drops as they come from flows; the others are these again at other times of the day. */
const REAL_DROPS = 20_000;
const COPIES_A_STATEMENT = 25;

const dataDir = mkdtempSync(join(tmpdir(), "droplens-bench-history-"));
process.on("exit", () => rmSync(dataDir, { recursive: true, force: true }));
const toMs = Date.now();
const range = { fromMs: toMs - DAY_MS, toMs };
let store: Store;
let engine: Engine;

answer(async (request: HistoryRequest): Promise<number> => {
  if (request.what === "fill") return fill(request.drops);
  const beganMs = performance.now();
  await run(request);
  return performance.now() - beganMs;
});

async function run(request: Exclude<HistoryRequest, { what: "fill" }>): Promise<void> {
  if (request.what === "scan") return scan();
  const query = queryOf(request.q);
  if (request.what === "facets") {
    const { fields, prefix } = request;
    await store.facets({ ...range, query, fields: fields ?? FACET_FIELDS, prefix, limit: 10 });
    return;
  }
  const stepMs = chooseStep(DAY_MS);
  const window = createWindow({ ...range, stepMs, grouping: groupingBy(request.by) });
  window.load(await store.snapshot({ ...range, stepMs, where: whereOf(query) }));
  window.snapshot(500);
}

/** Reads once, of all drops of the day, the columns that facets and groups are made of. */
async function scan(): Promise<void> {
  const sql = `SELECT count() FROM drops
    WHERE ${IN_RANGE} AND NOT ignore(series, count, attempt, node, source)`;
  await engine.select("read", sql, rangeParams(range), (reader) => reader.u64());
}

/** Answers the number of drops. */
async function fill(drops: number): Promise<number> {
  store = await openStore({ dataDir });
  engine = openEngine(prepareFolder(dataDir).enginePath);
  const quarter = dropsOf(createSimulatedTime());
  let real = 0;
  while (real < REAL_DROPS) {
    const batch = quarter();
    real += batch.length;
    await store.insertDrops(batch);
  }
  const copies = Math.ceil(drops / real) - 1;
  for (let done = 0; done < copies; done += COPIES_A_STATEMENT) {
    await copy(Math.min(COPIES_A_STATEMENT, copies - done));
  }
  return real * (copies + 1);
}

/** Times fall anywhere in the day; raw flows, which no question here reads, are left out. */
async function copy(times: number): Promise<void> {
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

function queryOf(text: string): Query {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.query;
}
