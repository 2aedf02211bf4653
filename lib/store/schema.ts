/**
 * The tables, as numbered migrations. A migration is never edited once released: a change is a new
 * one at the end. Every statement can be run again, because a migration that was interrupted is.
 *
 * What a series fixes (policy, names, labels, ports, …) is kept once in `series`; a drop holds the
 * series id and what differs from drop to drop. A condition on a series' column is therefore
 * `series IN (SELECT id FROM series WHERE …)`, and one on a drop's column stands as it is.
 *
 * `drops` is partitioned by the day a drop was received, not by its own time: a node with a wrong
 * clock cannot scatter a batch over partitions, and retention removes whole parts.
 */

import { SLOT_PROJECTIONS } from "./slots";

export type Migration = { version: number; name: string; statements: readonly string[] };

export const DEFAULT_RETENTION_DAYS = 30;

const PARTY_COLUMNS = (side: "src" | "dst") => `
  ${side}_kind LowCardinality(String),
  ${side}_key String,
  ${side}_name String,
  ${side}_cluster LowCardinality(String),
  ${side}_ns LowCardinality(String),
  ${side}_workload String,
  ${side}_workload_kind LowCardinality(String),
  ${side}_labels Array(String),
  ${side}_fqdns Array(String),
  ${side}_identity UInt32,`;

/** `body` is the Series as JSON; `written` is when this row was written, for retention. */
const SERIES = `CREATE TABLE IF NOT EXISTS series (
  id UInt64,
  group_id String,
  cluster LowCardinality(String),
  verdict LowCardinality(String),
  direction LowCardinality(String),
  reason UInt32,
  attribution LowCardinality(String),
  certainty LowCardinality(String),
  policy_kinds Array(String),
  policy_namespaces Array(String),
  policy_names Array(String),
  tags Array(String),
  tag_state LowCardinality(String),
  protocol LowCardinality(String),
  port UInt32,
  l7 String,
  ${PARTY_COLUMNS("src")}
  ${PARTY_COLUMNS("dst")}
  body String CODEC(ZSTD(1)),
  written DateTime('UTC')
) ENGINE = ReplacingMergeTree(written) ORDER BY id`;

/** Earliest time a series was seen; outlives its drops as long as the series comes back. */
const FIRST_SEEN = `CREATE TABLE IF NOT EXISTS first_seen (
  group_id String,
  series UInt64,
  first SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  written SimpleAggregateFunction(max, DateTime('UTC'))
) ENGINE = AggregatingMergeTree ORDER BY (group_id, series)`;

/**
 * `raw_kinds` says which raw flows there are and whether each is JSON; see drops-table.ts.
 * Raw flows make a row heavy. So parts are merged many at once rather than a few at a time, which
 * writes each drop again less often; and a batch of some ten thousand drops is still a compact part
 * (one file for all columns), because making files costs more than writing them. A merge holds some
 * granules of every part at once, so these are small: 90 MB for sixteen parts instead of 420.
 */
const DROPS = `CREATE TABLE IF NOT EXISTS drops (
  time DateTime64(9, 'UTC') CODEC(Delta(8), LZ4),
  series UInt64,
  count UInt32,
  attempt UInt8,
  uuid String,
  twin String,
  source LowCardinality(String),
  node LowCardinality(String),
  src_pod LowCardinality(String),
  dst_pod LowCardinality(String),
  src_ip String,
  dst_ip String,
  src_port UInt16,
  src_identity UInt32,
  dst_identity UInt32,
  tcp_flags UInt16,
  received_at DateTime('UTC') CODEC(Delta(4), LZ4),
  raw_kinds UInt8,
  verdict_raw String,
  drop_raw String,
  INDEX uuids (uuid, twin) TYPE bloom_filter(0.01) GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY toYYYYMMDD(received_at)
ORDER BY (time, uuid)
SETTINGS index_granularity_bytes = 1048576, min_parts_to_merge_at_once = 16,
  max_parts_to_merge_at_once = 32, min_bytes_for_wide_part = 67108864,
  ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1`;

const COVERAGE = `CREATE TABLE IF NOT EXISTS coverage (
  source LowCardinality(String),
  from DateTime64(3, 'UTC'),
  to DateTime64(3, 'UTC'),
  refilled UInt8,
  received UInt32,
  lost_at_most UInt64,
  nodes_connected UInt32,
  nodes_unavailable UInt32,
  written DateTime('UTC') DEFAULT now('UTC')
) ENGINE = MergeTree PARTITION BY toYYYYMM(written) ORDER BY (from, source)`;

/** Acknowledged means on the disk: an expectation changes what people are shown. */
const EXPECTATION_EVENTS = `CREATE TABLE IF NOT EXISTS expectation_events (
  seq UInt64,
  id String,
  type LowCardinality(String),
  actor String,
  at DateTime64(3, 'UTC'),
  body String
) ENGINE = MergeTree ORDER BY seq
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

/** As expectation events: what people saved is on the disk when they are told so. */
const SAVED_VIEW_EVENTS = `CREATE TABLE IF NOT EXISTS saved_view_events (
  seq UInt64,
  id String,
  type LowCardinality(String),
  actor String,
  at DateTime64(3, 'UTC'),
  body String
) ENGINE = MergeTree ORDER BY seq
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

/**
 * Names that an address had, as this process remembered them when it last wrote: one row for each
 * cluster, address and name. What is not written again goes after 92 days, more than names may be remembered.
 */
const ADDRESS_NAMES = `CREATE TABLE IF NOT EXISTS address_names (
  cluster LowCardinality(String),
  address String,
  name String,
  kind LowCardinality(String),
  node LowCardinality(String),
  asker String,
  first DateTime64(3, 'UTC'),
  last DateTime64(3, 'UTC'),
  ttl UInt32,
  written DateTime('UTC') DEFAULT now('UTC')
) ENGINE = ReplacingMergeTree(written) ORDER BY (cluster, address, name)
TTL written + toIntervalDay(92)`;

/**
 * Names that a drop's flows did not give and that its addresses had before; `remembered` is 1 for
 * the source's, 2 for the destination's, and `names_from` says as JSON where each name was learnt.
 */
const REMEMBERED = `ALTER TABLE drops
  ADD COLUMN IF NOT EXISTS remembered UInt8,
  ADD COLUMN IF NOT EXISTS src_remembered Array(String),
  ADD COLUMN IF NOT EXISTS dst_remembered Array(String),
  ADD COLUMN IF NOT EXISTS names_from String CODEC(ZSTD(1))`;

/**
 * Who does what where several replicas share a server: claims to a name, renewed until they are
 * let go. A holder's last row counts, while it is young by the server's clock; see claims-table.ts.
 */
const CLAIMS = `CREATE TABLE IF NOT EXISTS claims (
  name String,
  holder String,
  step UInt64,
  held UInt8,
  at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'),
  body String CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree(step) ORDER BY (name, holder) TTL toDateTime(at) + toIntervalDay(1)`;

/**
 * `batch` numbers the inserts of one process in their order, so that another can tell what it has
 * read; see arrivals.ts. The index finds what was received lately without reading the rest.
 */
const BATCHES = `ALTER TABLE drops
  ADD COLUMN IF NOT EXISTS batch UInt64 CODEC(Delta(8), LZ4),
  ADD INDEX IF NOT EXISTS arrivals received_at TYPE minmax GRANULARITY 1`;

/** Sums beside the drops of each part, for long ranges; what is there already gets them in the background. */
const SLOT_SUMS = Object.entries(SLOT_PROJECTIONS).flatMap(([name, select]) => [
  `ALTER TABLE drops ADD PROJECTION IF NOT EXISTS ${name} (${select})`,
  `ALTER TABLE drops MATERIALIZE PROJECTION ${name} SETTINGS mutations_sync = 0`,
]);

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: "drops, series, first seen, coverage, expectation events",
    statements: [SERIES, FIRST_SEEN, DROPS, COVERAGE, EXPECTATION_EVENTS],
  },
  { version: 2, name: "saved view events", statements: [SAVED_VIEW_EVENTS] },
  { version: 3, name: "names of addresses", statements: [ADDRESS_NAMES, REMEMBERED] },
  { version: 4, name: "claims and batches", statements: [CLAIMS, BATCHES] },
  { version: 5, name: "sums by slots of time", statements: SLOT_SUMS },
];

export const SCHEMA_VERSION = MIGRATIONS.length;
