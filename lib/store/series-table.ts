/**
 * The dimension table: one row a series, written when this process first sees it and again each
 * day it comes back, so that retention can tell which series nothing refers to any more.
 */
import type { Drop, Party, Series } from "@/lib/drops/drop";
import { BinaryWriter } from "./binary-writer";
import type { Engine, Lane } from "./engine";
import { parseSeriesId, type SeriesNumber, seriesIdParam } from "./series-id";

const PARTY = [
  "kind",
  "key",
  "name",
  "cluster",
  "ns",
  "workload",
  "workload_kind",
  "labels",
  "fqdns",
  "identity",
];

const COLUMNS = [
  "id",
  "group_id",
  "cluster",
  "verdict",
  "direction",
  "reason",
  "attribution",
  "certainty",
  "policy_kinds",
  "policy_namespaces",
  "policy_names",
  "tags",
  "tag_state",
  "protocol",
  "port",
  "l7",
  ...PARTY.map((column) => `src_${column}`),
  ...PARTY.map((column) => `dst_${column}`),
  "body",
  "written",
];

const DAY_MS = 86_400_000;
/** Series kept in memory, for writing and for reading each; past it the oldest are forgotten. */
const CAPACITY = 100_000;
/** Ids asked for in one statement, well below the engine's limit on its length. */
const IDS_PER_QUERY = 2_000;

/** What this process knows to be in the tables for a series. */
type Written = { number: SeriesNumber; day: number; firstMs: number };

export type SeriesTable = {
  /** Writes the series of `drops` that need it; afterwards `numberOf` knows them all. */
  writeSeriesOf: (drops: readonly Drop[]) => Promise<void>;
  numberOf: (series: Series) => SeriesNumber;
  /** The series with these ids; one that the store does not know is missing from the answer. */
  readSeries: (ids: ReadonlySet<string>, lane: Lane) => Promise<ReadonlyMap<string, Series>>;
};

export function createSeriesTable(engine: Engine, nowMs: () => number): SeriesTable {
  const written = new Map<string, Written>();
  const cache = new Map<string, Series>();

  return {
    writeSeriesOf: async (drops) => {
      const now = nowMs();
      const due = dueSeries(drops, written, Math.floor(now / DAY_MS));
      if (due.size === 0) return;
      await engine.insert("series", COLUMNS, seriesRows(due.values(), now));
      await engine.insert("first_seen", FIRST_SEEN_COLUMNS, firstSeenRows(due.values(), now));
      for (const [id, { series, entry }] of due) {
        remember(written, id, entry);
        remember(cache, id, series);
      }
    },
    numberOf: (series) => written.get(series.id)?.number ?? parseSeriesId(series.id),
    readSeries: async (ids, lane) => {
      const found = new Map<string, Series>();
      const missing: string[] = [];
      for (const id of ids) {
        const series = cache.get(id);
        if (series === undefined) missing.push(id);
        else found.set(id, series);
      }
      for (let start = 0; start < missing.length; start += IDS_PER_QUERY) {
        const part = missing.slice(start, start + IDS_PER_QUERY);
        for (const series of await selectSeries(engine, lane, part)) {
          remember(cache, series.id, series);
          found.set(series.id, series);
        }
      }
      return found;
    },
  };
}

type Due = { series: Series; entry: Written };

/** Series never written by this process, not yet today, or seen earlier than it knew. */
function dueSeries(
  drops: readonly Drop[],
  written: ReadonlyMap<string, Written>,
  day: number,
): Map<string, Due> {
  const due = new Map<string, Due>();
  for (const { series, timeMs } of drops) {
    const known = due.get(series.id)?.entry ?? written.get(series.id);
    if (known !== undefined && known.day === day && known.firstMs <= timeMs) continue;
    const firstMs = Math.min(timeMs, known?.firstMs ?? timeMs);
    const number = known?.number ?? parseSeriesId(series.id);
    due.set(series.id, { series, entry: { number, day, firstMs } });
  }
  return due;
}

function seriesRows(due: Iterable<Due>, now: number): Buffer {
  const writer = new BinaryWriter();
  for (const { series, entry } of due) {
    const { attribution } = series;
    writer.u64(entry.number.high, entry.number.low);
    writer.text(series.group);
    writer.text(series.cluster);
    writer.text(series.verdict);
    writer.text(series.direction);
    writer.u32(series.reason);
    writer.text(attribution.kind);
    writer.text(attribution.certainty);
    writer.texts(attribution.policies.map((policy) => policy.kind));
    writer.texts(attribution.policies.map((policy) => policy.namespace));
    writer.texts(attribution.policies.map((policy) => policy.name));
    writer.texts(series.tags);
    writer.text(series.tagState);
    writer.text(series.protocol);
    writer.u32(series.port);
    writer.text(series.l7);
    writeParty(writer, series.source);
    writeParty(writer, series.destination);
    writer.text(JSON.stringify(series));
    writer.u32(now / 1_000);
  }
  return writer.bytes();
}

function writeParty(writer: BinaryWriter, party: Party): void {
  writer.text(party.kind);
  writer.text(party.key);
  writer.text(party.name);
  writer.text(party.cluster);
  writer.text(party.namespace);
  writer.text(party.workload);
  writer.text(party.workloadKind);
  writer.texts(party.labels);
  writer.texts(party.names);
  writer.u32(party.identity);
}

const FIRST_SEEN_COLUMNS = ["group_id", "series", "first", "written"];

function firstSeenRows(due: Iterable<Due>, now: number): Buffer {
  const writer = new BinaryWriter();
  for (const { series, entry } of due) {
    writer.text(series.group);
    writer.u64(entry.number.high, entry.number.low);
    writer.millis(entry.firstMs);
    writer.u32(now / 1_000);
  }
  return writer.bytes();
}

async function selectSeries(engine: Engine, lane: Lane, ids: readonly string[]): Promise<Series[]> {
  const sql = "SELECT body FROM series WHERE id IN {series_ids:Array(UInt64)} LIMIT 1 BY id";
  const bodies = await engine.select(lane, sql, { series_ids: ids.map(seriesIdParam) }, (reader) =>
    reader.text(),
  );
  // `seriesRows` wrote it from a Series; the schema's version stands for its shape.
  return bodies.map((body) => JSON.parse(body) as Series);
}

function remember<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.delete(id);
  map.set(id, value);
  if (map.size <= CAPACITY) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}
