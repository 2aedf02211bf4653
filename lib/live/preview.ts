/**
 * What an expectation would hide, before it is one. The draft is made a rule and held against the
 * stored drops by the code that will hide them, beside the rules that are in force: what it is told
 * to hide is what nothing else hides already.
 */
import { createWindow } from "@/lib/drops/live-window";
import { type Group, TREND_BLOCKS } from "@/lib/drops/view";
import { type Classifier, createClassifier } from "@/lib/expectations/classifier";
import { type Expectation, NOTHING_KNOWN } from "@/lib/expectations/expectation";
import { openIn, refusalOf } from "@/lib/expectations/refuse";
import { type Rule, readRule } from "@/lib/expectations/rule";
import { asksForOther } from "@/lib/expectations/step";
import { createSurgeBook, type MinuteCount } from "@/lib/expectations/surge";
import { draftOf } from "@/lib/expectations/validate";
import type { Preview, PreviewGroup, PreviewRequest } from "@/lib/expectations/view";
import { groupingBy } from "@/lib/query/grouping";
import { parseQuery } from "@/lib/query/parse";
import { EVERYTHING } from "@/lib/query/query";
import type { Condition } from "@/lib/store/condition";
import { planOf } from "@/lib/store/expected-sql";
import { answerOf } from "@/lib/store/snapshot";
import type { Store } from "@/lib/store/store";
import type { Range } from "@/lib/store/time";
import { whereOf } from "@/lib/store/where";
import type { Expecting } from "./expecting";
import type { FirstSeen } from "./first-seen";
import type { Naming } from "./naming";
import {
  busiest,
  countOf,
  type Hidden,
  hiddenByOthers,
  overlapsOf,
  rank,
  sumByGroup,
  timelineOf,
  twoDigits,
} from "./preview-sums";
import { previewWarnings } from "./preview-warnings";
import type { Writer } from "./writer";

export type Previews = (request: PreviewRequest) => Promise<Preview>;

export type PreviewOptions = {
  store: Pick<Store, "snapshot" | "minuteCounts" | "stats">;
  writer: Pick<Writer, "flush">;
  expecting: Expecting;
  firstSeen: FirstSeen;
  /** The set, for the words of those that overlap and of the one that is edited. */
  list: () => readonly Expectation[];
  /** Tells which addresses served several names. */
  naming?: Naming | null;
  nowMs: () => number;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** Groups told one by one, the others counted. */
const GROUPS = 100;

export function createPreview(options: PreviewOptions): Previews {
  const { store, writer, expecting, firstSeen, list, nowMs } = options;

  /** What the draft covers of a range, and how many of it others hide already. */
  async function hiddenIn(draft: Drafted, range: Range, stepMs: number): Promise<Found> {
    const { rule, classifier, basis, replaces } = draft;
    const rules = [...expecting.classifier.rules, rule];
    const surges = {
      minutes: (one: Rule, first: number, last: number) =>
        (one === rule ? draft.surges : expecting.surges).minutes(one, first, last),
      isCut: (one: Rule) => (one === rule ? draft.surges : expecting.surges).isCut(one),
    };
    const tests = basis === null ? [] : [basis];
    const { split, asked, isSurging } = planOf(rules, surges, range, { tests });
    const where = whereOf(rule.query, { names: "all" });
    const rows = await store.snapshot({ ...range, stepMs, where, split, lane: "heavy" });
    const found: Found = { hidden: [], overlaps: new Map() };
    for (const row of rows) {
      const { series, drops, attempts, firstMs: timeMs } = row;
      const time = { timeMs, timeNanos: row.firstNanos };
      const passes = (one: Rule) => answerOf(row, asked.get(one) ?? -1);
      if (classifier.at(series, time, passes, isSurging).hiddenBy === null) continue;
      const { touches } = expecting.classifier.at(series, time, passes, isSurging);
      const others = touches.filter(({ id, does }) => does === "hides" && id !== replaces);
      for (const { id } of others) {
        found.overlaps.set(id, (found.overlaps.get(id) ?? 0) + drops);
      }
      if (others.length > 0) continue;
      const isBasis = basis === null || answerOf(row, split.tests.length - 1);
      found.hidden.push({ series, timeMs, drops, attempts, isBasis });
    }
    return found;
  }

  async function drafted(request: PreviewRequest, week: Range): Promise<Drafted | null> {
    const expectation = expectationOf(request, list(), nowMs());
    const rule = readRule(expectation);
    if (rule === null) return null;
    const surges = createSurgeBook();
    surges.open(rule);
    const counts = (await store.minuteCounts([rule], week)).get(rule) ?? [];
    surges.seed(rule, counts);
    const classifier = createClassifier({ surges });
    classifier.update([rule]);
    const basis = request.basis === undefined ? null : conditionOf(request.basis);
    return { rule, surges, classifier, counts, basis, replaces: request.replaces ?? null };
  }

  /** The first groups as they are shown now, with what the draft hides of each. */
  async function groupsOf(draft: Drafted, hidden: readonly Hidden[], day: Range) {
    const sums = sumByGroup(hidden);
    const first = [...sums].sort(([, a], [, b]) => rank(b) - rank(a)).slice(0, GROUPS);
    if (first.length === 0) return { groups: [], groupCount: 0 };
    const grouping = groupingBy("policy");
    const also: Condition = {
      sql: "series IN (SELECT id FROM series WHERE group_id IN {preview:Array(String)})",
      params: { preview: first.map(([id]) => id) },
    };
    const wanted = { ...day, stepMs: HOUR_MS, query: EVERYTHING, also, lane: "heavy" as const };
    const rows = await expecting.rows(wanted);
    const window = createWindow({
      ...day,
      stepMs: HOUR_MS,
      grouping,
      firstSeenMs: await firstSeen.by(grouping),
      overOf: expecting.overOf,
    });
    window.load(rows);
    const shownBy = new Map(window.snapshot().groups.map((group) => [group.id, group]));
    const hiddenBefore = hiddenByOthers(rows, draft.replaces);
    const groups = first.flatMap(([id, sum]): PreviewGroup[] => {
      const group: Group | undefined = shownBy.get(id);
      if (group === undefined) return [];
      const left = group.drops - (hiddenBefore.get(id) ?? 0) - sum.drops;
      const { drops, attempts, extra } = sum;
      return [{ group, hides: left <= 0 ? "whole" : "part", drops, attempts, extra }];
    });
    return { groups, groupCount: sums.size };
  }

  return async (request) => {
    await expecting.settled();
    await writer.flush().catch(() => {});
    const toMs = nowMs();
    const day = { fromMs: toMs - DAY_MS, toMs };
    const week = { fromMs: toMs - WEEK_MS, toMs };
    const watch = openIn(request.query);
    const refused = refusalOf(request.query);
    const { oldestMs } = await store.stats();
    const hasMore = oldestMs !== null && oldestMs < day.fromMs;
    const draft = await drafted(request, hasMore ? week : day);
    if (draft === null) return { ...NOTHING, refused, watch };
    const { hidden, overlaps } = await hiddenIn(draft, day, HOUR_MS);
    const { groups, groupCount } = await groupsOf(draft, hidden, day);
    const busiestMinute = busiest(draft.counts, day);
    return {
      refused,
      warnings: previewWarnings(draft.rule.query, hidden, groupCount, options.naming),
      day: countOf(hidden),
      week: hasMore ? countOf((await hiddenIn(draft, week, WEEK_MS)).hidden) : null,
      timeline: timelineOf(hidden, day),
      groups,
      groupCount,
      overlaps: overlapsOf(overlaps, list()),
      suggestedCeiling: twoDigits(2 * busiestMinute),
      busiestMinute,
      watch,
    };
  };
}

type Drafted = {
  rule: Rule;
  surges: ReturnType<typeof createSurgeBook>;
  classifier: Classifier;
  counts: readonly MinuteCount[];
  basis: Condition | null;
  replaces: string | null;
};

type Found = { hidden: Hidden[]; overlaps: Map<string, number> };

const NOTHING: Preview = {
  refused: null,
  warnings: [],
  day: { drops: 0, attempts: 0, series: 0 },
  week: null,
  timeline: new Array<number>(TREND_BLOCKS).fill(0),
  groups: [],
  groupCount: 0,
  overlaps: [],
  suggestedCeiling: 1,
  busiestMinute: 0,
  watch: [],
};

/**
 * As it will be made: of what it watches everything that is stored is known then. One that asks for
 * the same as before keeps what it knew. On trial it is told as if it hid.
 */
function expectationOf(
  request: PreviewRequest,
  list: readonly Expectation[],
  nowMs: number,
): Expectation {
  const draft = draftOf({ ...request, reason: "" }, nowMs);
  const before = list.find(({ id }) => id === request.replaces);
  const isSame = before !== undefined && !asksForOther(draft, before);
  return {
    ...draft,
    mode: "hide",
    watch: isSame ? before.watch : [],
    known: isSame ? before.known : NOTHING_KNOWN,
    id: before?.id ?? "draft",
    author: "",
    authorVerified: false,
    createdAt: new Date(nowMs).toISOString(),
    updatedAt: new Date(nowMs).toISOString(),
    revokedAt: null,
    file: null,
    version: 1,
  };
}

/** Null for what cannot be read: then nothing counts as extra. */
function conditionOf(text: string): Condition | null {
  const parsed = parseQuery(text);
  return parsed.ok ? whereOf(parsed.query, { prefix: "basis" }) : null;
}
