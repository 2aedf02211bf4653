/**
 * Which expectations a drop falls under, and what they make of it. Computed when a view is, never
 * stored with the drop, so that marking and revoking act at once on live and past; the same code
 * decides for both. It fails open: what has expired, cannot be read or cannot be evaluated hides
 * nothing.
 *
 * Each series is asked once which rules could cover its drops; so a drop costs nothing for all the
 * rules that do not. When the rules change, only the changed ones are asked again.
 */
import type { Series } from "@/lib/drops/drop";
import { barOf, EXPECTED, HIDDEN_BAR, NEW, SURGE } from "@/lib/drops/group-state";
import { type Outcome, plainOutcome, type Touch } from "@/lib/drops/outcome";
import type { DropTest } from "@/lib/query/match";
import { isBefore, type Moment } from "./moment";
import { byAge, type Rule } from "./rule";
import { minuteOf, type SurgeBook } from "./surge";

/** What is asked of a drop; what a list reads from the store will do. */
export type Asked = Parameters<DropTest>[0];

export type Classifier = {
  readonly rules: readonly Rule[];
  /** Goes up with each change of the rules. */
  readonly version: number;
  /** Takes up another set, in the order of age. */
  update(rules: readonly Rule[]): RuleChange;
  of(drop: Asked): Outcome;
  /**
   * The same for a drop of which only the series, the time and the answers to its rules' tests are
   * known; `passes` is asked of rules that only a drop can answer. `isSurging` may tell the surges
   * as they were when the drops were read.
   */
  at(
    series: Series,
    time: Moment,
    passes: (rule: Rule) => boolean,
    isSurging?: SurgeBook["isSurging"],
  ): Outcome;
  /** Of all drops of a series from one millisecond until before another; null: not all the same. */
  during(series: Series, fromMs: number, toMs: number): Outcome | null;
  /** Rules with a ceiling that cover the drop, hidden by another or not. */
  counting(drop: Asked): readonly Rule[];
  /** Whether any of the rules may cover drops of the series. */
  meets(series: Series, rules: readonly Rule[]): boolean;
};

export type RuleChange = { added: readonly Rule[]; removed: readonly Rule[] };

type Candidate = { rule: Rule; rest: true | DropTest; isNew: boolean };
type Route = {
  version: number;
  candidates: Candidate[];
  hasCeiling: boolean;
  /** By what each candidate does; null before the first. */
  outcomes: Map<string | number, Outcome> | null;
};

type Change = RuleChange & { version: number };

export type ClassifierOptions = {
  surges: SurgeBook;
  /** Told of a rule that could not be asked. */
  onFailure?: (rule: Rule, error: unknown) => void;
};

/** Further back a series asks all rules again. */
const KEPT_CHANGES = 32;
const NO_RULES: readonly Rule[] = [];

export function createClassifier({ surges, onFailure }: ClassifierOptions): Classifier {
  let rules: readonly Rule[] = [];
  let version = 0;
  const changes: Change[] = [];
  const routes = new WeakMap<Series, Route>();
  const single = new WeakMap<Touch, (Outcome | undefined)[]>();

  function routeOf(series: Series): Route {
    let route = routes.get(series);
    if (route?.version === version) return route;
    const later = route === undefined ? null : changesSince(route.version);
    if (route === undefined || later === null) {
      const candidates = rules.flatMap((rule) => candidateOf(rule, series) ?? []);
      route = newRoute(candidates);
      routes.set(series, route);
    } else {
      for (const change of later) follow(route, change, series);
      route.version = version;
    }
    return route;
  }

  function newRoute(candidates: Candidate[]): Route {
    const hasCeiling = candidates.some(({ rule }) => rule.ceiling !== null);
    return { version, candidates, hasCeiling, outcomes: null };
  }

  function changesSince(known: number): readonly Change[] | null {
    const last = changes.at(-1);
    if (last !== undefined && known === version - 1) return [last];
    const later = changes.filter((change) => change.version > known);
    return later.length === version - known ? later : null;
  }

  function follow(route: Route, { added, removed }: Change, series: Series): void {
    const gone = route.candidates.filter(({ rule }) => removed.includes(rule));
    const come = added.flatMap((rule) => candidateOf(rule, series) ?? []);
    if (gone.length === 0 && come.length === 0) return;
    route.candidates = [...route.candidates.filter((one) => !gone.includes(one)), ...come].sort(
      (a, b) => byAge(a.rule, b.rule),
    );
    route.hasCeiling = route.candidates.some(({ rule }) => rule.ceiling !== null);
    route.outcomes = null;
  }

  function candidateOf(rule: Rule, series: Series): Candidate | null {
    try {
      const rest = rule.rest(series);
      return rest === false ? null : { rule, rest, isNew: rule.isNew(series) };
    } catch (error) {
      onFailure?.(rule, error);
      return null;
    }
  }

  function passesTest({ rule, rest }: Candidate, drop: Asked): boolean {
    if (rest === true) return true;
    try {
      return rest(drop);
    } catch (error) {
      onFailure?.(rule, error);
      return false;
    }
  }

  /** What a candidate that passed its test does to a drop of this time; null: nothing. */
  function doesAt(
    { rule, isNew }: Candidate,
    time: Moment,
    isSurging: SurgeBook["isSurging"],
  ): Touch["does"] | null {
    if (isBefore(time, rule.from)) return null;
    if (rule.end !== null && !isBefore(time, rule.end)) return rule.isTrial ? null : "ended";
    if (rule.isTrial) return "trial";
    if (rule.ceiling !== null && isSurging(rule, minuteOf(time.timeMs))) return "surge";
    return isNew ? "new" : "hides";
  }

  /** Most drops are touched by one rule: series share what that makes of them. */
  function singleOutcome(series: Series, touch: Touch): Outcome {
    const known = single.get(touch) ?? [];
    single.set(touch, known);
    const plain = plainOutcome(series).state;
    const outcome = known[plain] ?? touchedOutcome(series, [touch]);
    known[plain] = outcome;
    return outcome;
  }

  function outcomeOf(
    series: Series,
    time: Moment,
    passes: (candidate: Candidate) => boolean,
    isSurging = surges.isSurging,
  ): Outcome {
    const route = routeOf(series);
    const { candidates } = route;
    const [only] = candidates;
    if (only === undefined) return plainOutcome(series);
    if (candidates.length === 1) {
      const does = passes(only) ? doesAt(only, time, isSurging) : null;
      return does === null ? plainOutcome(series) : singleOutcome(series, only.rule.touches[does]);
    }
    route.outcomes ??= new Map();
    const isShort = candidates.length <= SHORT;
    let number = 0;
    let text = "";
    for (const candidate of candidates) {
      const does = passes(candidate) ? doesAt(candidate, time, isSurging) : null;
      const digit = DOES.indexOf(does);
      if (isShort) number = number * DOES.length + digit;
      else text += digit;
    }
    const code = isShort ? number : text;
    let outcome = route.outcomes.get(code);
    if (outcome === undefined) {
      const touches = candidates.flatMap((candidate) => {
        const does = passes(candidate) ? doesAt(candidate, time, isSurging) : null;
        return does === null ? [] : candidate.rule.touches[does];
      });
      outcome = touchedOutcome(series, touches);
      route.outcomes.set(code, outcome);
    }
    return outcome;
  }

  return {
    get rules() {
      return rules;
    },
    get version() {
      return version;
    },
    update(next) {
      const before = new Set(rules);
      const after = new Set(next);
      const added = next.filter((rule) => !before.has(rule));
      const removed = rules.filter((rule) => !after.has(rule));
      if (added.length > 0 || removed.length > 0) {
        version += 1;
        changes.push({ version, added, removed });
        if (changes.length > KEPT_CHANGES) changes.shift();
      }
      rules = next;
      return { added, removed };
    },
    of: (drop) => outcomeOf(drop.series, drop, (candidate) => passesTest(candidate, drop)),
    at: (series, time, passes, isSurging) =>
      outcomeOf(series, time, ({ rule, rest }) => rest === true || passes(rule), isSurging),
    during(series, fromMs, toMs) {
      const { candidates } = routeOf(series);
      if (candidates.length === 0) return plainOutcome(series);
      for (const { rule, rest } of candidates) {
        if (rest !== true || splits(rule, fromMs, toMs, surges)) return null;
      }
      return outcomeOf(series, { timeMs: fromMs, timeNanos: 0 }, () => true);
    },
    counting(drop) {
      const route = routeOf(drop.series);
      if (!route.hasCeiling) return NO_RULES;
      return route.candidates
        .filter(
          (candidate) =>
            candidate.rule.ceiling !== null &&
            !isBefore(drop, candidate.rule.from) &&
            (candidate.rule.end === null || isBefore(drop, candidate.rule.end)) &&
            passesTest(candidate, drop),
        )
        .map(({ rule }) => rule);
    },
    meets: (series, some) => some.some((rule) => candidateOf(rule, series) !== null),
  };
}

const DOES: readonly (Touch["does"] | null)[] = [null, "hides", "surge", "new", "ended", "trial"];
/** So many digits of `DOES` fit a number exactly. */
const SHORT = 20;

/** Whether a rule does one thing in one part of a span and another in another. */
function splits(rule: Rule, fromMs: number, toMs: number, surges: SurgeBook): boolean {
  const { from, end } = rule;
  if (from.timeMs >= toMs) return false;
  if (isInside(from, fromMs, toMs)) return true;
  if (end !== null && isInside(end, fromMs, toMs)) return true;
  if (rule.ceiling === null || rule.isTrial) return false;
  if (end !== null && end.timeMs <= fromMs && !isInside(end, fromMs, toMs)) return false;
  return surges.during(rule, minuteOf(fromMs), minuteOf(toMs - 1)) === "some";
}

function isInside({ timeMs, timeNanos }: Moment, fromMs: number, toMs: number): boolean {
  return timeMs < toMs && (timeMs > fromMs || (timeMs === fromMs && timeNanos > 0));
}

/** A drop is hidden by the oldest rule that hides it; else the most needed of what shows it. */
function touchedOutcome(series: Series, touches: readonly Touch[]): Outcome {
  const plain = plainOutcome(series);
  if (touches.length === 0) return plain;
  const hider = touches.find(({ does }) => does === "hides");
  const state = hider === undefined ? shownState(touches, plain.state) : EXPECTED;
  const bar = hider === undefined ? barOf(series) : HIDDEN_BAR;
  const names = touches.map(({ id, does }) => `${does}:${id}`).join(" ");
  return { key: `${state}.${bar} ${names}`, state, bar, hiddenBy: hider?.id ?? null, touches };
}

function shownState(touches: readonly Touch[], plain: number): number {
  if (touches.some(({ does }) => does === "surge")) return SURGE;
  return touches.some(({ does }) => does === "new") ? NEW : plain;
}
