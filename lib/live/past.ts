/**
 * Answers about a range that stands still: the same window as live views use, filled once from the
 * store, and lists of drops with their evidence.
 */

import type { Series } from "@/lib/drops/drop";
import { type DropCursor, formatCursor, parseCursor } from "@/lib/drops/drop-cursor";
import { createWindow } from "@/lib/drops/live-window";
import type { Counted } from "@/lib/drops/load-row";
import { spreadOverTime, wholeStep } from "@/lib/drops/over-time";
import { chooseStep } from "@/lib/drops/timeline";
import { attributionView } from "@/lib/drops/to-view";
import {
  type Coverage,
  type DropDetails,
  type DropPage,
  type Facets,
  type Group,
  type GroupBy,
  type GroupDetails,
  type History,
  TREND_BLOCKS,
  type View,
} from "@/lib/drops/view";
import { AppError } from "@/lib/errors";
import { createGraphBuilder } from "@/lib/graph/build-graph";
import type { GraphAnswer, GraphLevel } from "@/lib/graph/graph";
import { describeRaw } from "@/lib/hubble/evidence";
import { groupingBy } from "@/lib/query/grouping";
import type { Query } from "@/lib/query/query";
import { ARRIVED_SINCE } from "@/lib/store/arrivals";
import { both, type Condition } from "@/lib/store/condition";
import type { StoredDrop } from "@/lib/store/drop-row";
import type { FacetsWanted } from "@/lib/store/facet-list";
import { inGroupOf } from "@/lib/store/group-condition";
import { IN_GROUP } from "@/lib/store/snapshot";
import type { Store } from "@/lib/store/store";
import { isGapAmong } from "./coverage-log";
import type { Expecting } from "./expecting";
import type { FirstSeen } from "./first-seen";
import { GROUP_LIMIT } from "./live-view";
import { loadInSlices } from "./load-in-slices";
import type { Naming } from "./naming";
import { dropRow, endView, seriesRow, withServed } from "./rows";
import type { Shown } from "./whole-range";
import type { Writer } from "./writer";

export type RangeParams = { q: string; query: Query; fromMs: number; toMs: number };
export type ViewParams = RangeParams & { by: GroupBy };

export type DropsWanted = {
  limit: number;
  /** `next` of the page before. */
  before: string | null;
  /** Only what was stored at or after this time, which is a page's `asOf`. */
  arrivedMs: number | null;
};

export type Past = {
  view(params: ViewParams): Promise<View>;
  /** `id` is of the grouping. @throws AppError `not-found` when the group has no drops in the range. */
  group(id: string, params: ViewParams): Promise<GroupDetails>;
  /** Who is dropped talking to whom; its counts are those of `view` for the same query and range. */
  graph(params: RangeParams, level: GraphLevel): Promise<GraphAnswer>;
  facets(params: RangeParams, wanted: FacetsWanted): Promise<Facets>;
  /** Newest first. @throws AppError `bad-request` for a `before` that is no `next` of ours. */
  drops(params: RangeParams, wanted: DropsWanted): Promise<DropPage>;
  history(): Promise<History>;
  /** By the uuid of either flow. @throws AppError `not-found`. */
  drop(uuid: string): Promise<DropDetails>;
};

export type PastOptions = {
  store: Store;
  writer: Writer;
  firstSeen: FirstSeen;
  expecting: Expecting;
  coverage: (fromMs: number, toMs: number) => Coverage;
  /** Tells beside rows and drops which names their addresses had. */
  naming?: Naming | null;
  retentionDays: number;
  nowMs: () => number;
};

/** Clocks of two processes on one store may differ by this. */
const ARRIVAL_SLACK_MS = 5_000;
const SERIES_LIMIT = 200;
const SAMPLE_DROPS = 20;
const UUID_MAX = 128;

export function createPast(options: PastOptions): Past {
  const { store, writer, firstSeen, expecting, coverage, retentionDays, nowMs } = options;

  /**
   * What has arrived, and what has been said of it, shall be in the answer; a store that takes no
   * drops may still be read.
   */
  async function settle(): Promise<void> {
    await expecting.settled();
    await writer.flush().catch(() => {});
  }

  /** The view of a range, its first `limit` groups; `also` and `isOf` leave out what is of others. */
  async function viewOf(
    { query, fromMs, toMs, by }: ViewParams,
    limit: number,
    { also, isOf = () => true }: { also?: Condition; isOf?: (series: Series) => boolean } = {},
  ) {
    const range = { fromMs, toMs, stepMs: chooseStep(toMs - fromMs) };
    const grouping = groupingBy(by);
    const its = coverage(fromMs, toMs);
    const askedMs = nowMs();
    const isGap = (from: number, to: number) => isGapAmong(its.gaps, from, Math.min(to, askedMs));
    const firstSeenMs = await firstSeen.by(grouping);
    const bucket = { fromMs, toMs, stepMs: wholeStep(range) };
    let rows: readonly Counted[] = [];
    let view = createWindow({ ...bucket, grouping }).snapshot();
    const { overTime } = await expecting.whole({ ...range, query, ...(also && { also }) }, choose);

    async function choose(all: readonly Counted[]): Promise<Shown> {
      rows = all.filter(({ series }) => isOf(series));
      const window = createWindow({ ...bucket, grouping, firstSeenMs, overOf: expecting.overOf });
      await loadInSlices(rows, window.load);
      view = window.snapshot(limit);
      const shown = new Set(view.groups.map(({ id }) => id));
      return ({ series }) => {
        const id = grouping.idOf(series);
        return shown.has(id) ? id : null;
      };
    }

    return { rows, view: spreadOverTime(view, range, overTime, isGap), coverage: its };
  }

  /** A policy's group is asked for by its id; others are found among all, since ids are hashes. */
  function viewOfGroup(id: string, params: ViewParams) {
    const { idOf } = groupingBy(params.by);
    const isOf = (series: Series) => idOf(series) === id;
    const also = { sql: IN_GROUP, params: { group: id } };
    return viewOf(params, 1, params.by === "policy" ? { also, isOf } : { isOf });
  }

  /** Groups of the range without its query: asked only when the query leaves nothing. */
  async function countUnfiltered(params: ViewParams, groupCount: number): Promise<number> {
    if (groupCount > 0 || params.query.terms.length === 0) return groupCount;
    const { fromMs, toMs } = params;
    const stepMs = wholeStep({ toMs });
    const rows = await expecting.rows({ fromMs, toMs, stepMs, query: { terms: [] } });
    return new Set(rows.map(({ series }) => groupingBy(params.by).idOf(series))).size;
  }

  const { naming = null } = options;
  const named = (groups: readonly Group[]) => naming?.groups(groups) ?? groups;
  const listed = (drop: StoredDrop) => dropRow(drop, expecting.of(drop), naming);

  return {
    async view(params) {
      await settle();
      const { view, coverage: its } = await viewOf(params, GROUP_LIMIT);
      const unfilteredGroups = await countUnfiltered(params, view.groupCount);
      const groups = named(view.groups);
      return { query: params.q, ...view, groups, coverage: its, unfilteredGroups };
    },

    async group(id, params) {
      await settle();
      const { rows, view } = await viewOfGroup(id, params);
      const [sample] = rows;
      const [group] = view.groups;
      if (sample === undefined || group === undefined) {
        throw new AppError("not-found", "This group has no drops in the range. Widen the range.");
      }
      const { fromMs, toMs, query } = params;
      const its = inGroupOf(params.by, sample.series);
      const where = both(its, expecting.where(query, { fromMs, toMs }));
      const series = sumBySeries(rows);
      const drops = await store.listDrops({ fromMs, toMs, where, limit: SAMPLE_DROPS });
      const { cluster } = group;
      const rowOf = (one: (typeof series)[number]) =>
        naming?.series(seriesRow(one), cluster) ?? seriesRow(one);
      return {
        group: named([group])[0] ?? group,
        series: series.slice(0, SERIES_LIMIT).map(rowOf),
        seriesCount: series.length,
        drops: drops.map(listed),
      };
    },

    async graph(params, level) {
      await settle();
      const { q, fromMs, toMs } = params;
      let builder = createGraphBuilder({ level, fromMs, toMs });
      const stepMs = chooseStep(toMs - fromMs);
      const wanted = { fromMs, toMs, stepMs, parts: TREND_BLOCKS, query: params.query };
      const { overTime } = await expecting.whole(wanted, async (rows) => {
        builder = createGraphBuilder({ level, fromMs, toMs });
        await loadInSlices(rows, builder.addWhole);
        return ({ series }) => builder.edgeOf(series);
      });
      builder.addOverTime(overTime);
      const graph = builder.finish();
      const nodes = naming === null ? graph.nodes : graph.nodes.map(naming.node);
      return { query: q, ...graph, nodes, coverage: coverage(fromMs, toMs) };
    },

    async facets({ query, fromMs, toMs }, wanted) {
      await settle();
      const expected = expecting.hidden(query, { fromMs, toMs });
      const range = { fromMs, toMs };
      return { facets: await store.facets({ query, expected, ...range, ...wanted }), ...range };
    },

    async drops({ query, fromMs, toMs }, { limit, before, arrivedMs }) {
      // Asked before what waits is stored: it may be told again, but nothing is left out.
      const asOf = new Date(nowMs() - ARRIVAL_SLACK_MS).toISOString();
      await settle();
      const page = before === null ? {} : { before: readCursor(before) };
      const asked = expecting.where(query, { fromMs, toMs });
      const where = arrivedMs === null ? asked : both(asked, since(arrivedMs));
      // One more than asked for tells whether there is a next page.
      const found = await store.listDrops({ fromMs, toMs, where, limit: limit + 1, ...page });
      const last = found[limit - 1];
      const next = found.length > limit && last !== undefined ? formatCursor(last) : null;
      return { drops: found.slice(0, limit).map(listed), next, asOf };
    },

    async history() {
      const { rows, diskBytes, oldestMs } = await store.stats();
      const oldest = oldestMs === null ? null : new Date(oldestMs).toISOString();
      return { oldest, drops: rows, diskBytes, retentionDays };
    },

    async drop(uuid) {
      await settle();
      const drop = uuid.length > UUID_MAX ? null : await store.getDrop(uuid);
      if (drop === null) {
        throw new AppError("not-found", "No stored drop has this uuid. It may be past retention.");
      }
      const { series, verdictRaw, dropRaw } = drop;
      return {
        drop: listed(drop),
        source: withServed(endView(series.source), naming?.ofDrop(drop, "source")),
        destination: withServed(endView(series.destination), naming?.ofDrop(drop, "destination")),
        attribution: attributionView(series.attribution, series.reason),
        tags: series.tags,
        tagState: series.tagState,
        verdictFlow: verdictRaw === null ? null : describeRaw(verdictRaw),
        dropFlow: dropRaw === null ? null : describeRaw(dropRaw),
      };
    },
  };
}

function since(arrivedMs: number): Condition {
  return { sql: ARRIVED_SINCE, params: { arrived_since: Math.floor(arrivedMs / 1_000) } };
}

/** The series of a range, the most attempts first. */
function sumBySeries(rows: readonly Counted[]) {
  const sums = new Map<
    string,
    { series: Counted["series"]; drops: number; attempts: number; lastMs: number }
  >();
  for (const { series, drops, attempts, lastMs } of rows) {
    const sum = sums.get(series.id) ?? { series, drops: 0, attempts: 0, lastMs: 0 };
    sum.drops += drops;
    sum.attempts += attempts;
    sum.lastMs = Math.max(sum.lastMs, lastMs);
    sums.set(series.id, sum);
  }
  return [...sums.values()].sort((a, b) => b.attempts - a.attempts || b.drops - a.drops);
}

function readCursor(text: string): DropCursor {
  const cursor = parseCursor(text);
  if (cursor !== null) return cursor;
  throw new AppError("bad-request", "before is not the next of an earlier answer. Leave it out.");
}
