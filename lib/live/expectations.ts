/**
 * The expectations of this server, shared by everyone: the fold of an append-only log. A change is
 * acknowledged when it is on the disk. It says which version it is made to; one made to an older
 * version is refused with what changed since.
 *
 * Fails open: while the log cannot be read there are no expectations, nothing is hidden, and
 * nothing can be changed.
 */
import { randomUUID } from "node:crypto";
import type { Actor } from "@/lib/auth/actor";
import { AppError } from "@/lib/errors";
import { type Expectation, type Known, NOTHING_KNOWN } from "@/lib/expectations/expectation";
import type { ExpectationSource } from "@/lib/expectations/source";
import {
  asksForOther,
  changeTo,
  creation,
  isBack,
  isOnlyKnown,
  redrafted,
  type Step,
  withLearned,
} from "@/lib/expectations/step";
import { changedSince, trailPage } from "@/lib/expectations/trail";
import {
  type Bounds,
  type Draft,
  draftOf,
  misfitsInWords,
  misfitsOf,
} from "@/lib/expectations/validate";
import type {
  AuditEntry,
  AuditTrail,
  BulkItem,
  BulkResult,
  ExpectationChange,
  NewExpectation,
} from "@/lib/expectations/view";
import { createExpectationLog, type StoredLog } from "./expectation-log";
import { ALONE, type LogTurns } from "./log-turns";

/** Of those that were not taken back. */
const MAX_EXPECTATIONS = 5_000;

export type ExpectationsOptions = {
  store: StoredLog;
  nowMs: () => number;
  /** Days that an expectation may last at most; 0 for no maximum. */
  maxDays: number;
  /** Of a log that other replicas write too. */
  turns?: LogTurns;
  /** What a draft's drops show of what it watches: not new from then on. */
  knownOf?: (draft: Draft) => Promise<Known>;
};

export type Expectations = ExpectationSource & {
  /** @throws AppError `not-found`. */
  get(id: string): Expectation;
  /** @throws AppError `bad-request` naming the field, `conflict` when there are too many. */
  create(input: NewExpectation, actor: Actor): Promise<Expectation>;
  /** @throws AppError `not-found`, `bad-request`, or `conflict` for an older version. */
  change(id: string, change: ExpectationChange, actor: Actor): Promise<Expectation>;
  /** Each by itself: what fits is done, what does not is told. */
  changeSeveral(
    items: readonly BulkItem[],
    change: Omit<ExpectationChange, "version">,
    actor: Actor,
  ): Promise<BulkResult>;
  /** The newest first; `before` is a `seq`. */
  audit(wanted: { id: string | null; before: number | null; limit: number }): AuditTrail;
  /** The whole trail, the oldest first. */
  entries(): readonly AuditEntry[];
  /** Carries out what `plan` makes of the set as it is then, all of it or nothing. */
  carryOut(plan: (all: readonly Expectation[]) => Promise<Step[]>, actor: Actor): Promise<Step[]>;
  bounds(): Bounds;
  /** The steps with what is known of those that are new or ask for something else. */
  withKnown(steps: readonly Step[]): Promise<Step[]>;
  /** Adds to, or replaces, what `problems` tells under a name; null takes it away. */
  report(name: string, problems: readonly string[] | null): void;
  /** Reads the log again: the store is there anew, and may know more. */
  refresh(): Promise<void>;
  /** Position in the log up to which it was read. */
  readonly seq: number;
  close(): void;
};

/** Reads the log once; from then on this is the only writer. A log that cannot be read is tried again. */
export async function openExpectations(options: ExpectationsOptions): Promise<Expectations> {
  const { store, nowMs, maxDays, turns = ALONE } = options;
  const knownOf = options.knownOf ?? (async () => NOTHING_KNOWN);
  const listeners = new Set<() => void>();
  const reported = new Map<string, readonly string[]>();
  let all: readonly Expectation[] = [];
  let revision = 0;
  const log = createExpectationLog({ store, turns, onChange: changed, nowMs });

  function changed(): void {
    all = [...log.fold.expectations.values()];
    revision += 1;
    for (const listener of [...listeners]) listener();
  }

  function get(id: string): Expectation {
    const { fold, problem } = log;
    const found = fold.expectations.get(id);
    if (found !== undefined) return found;
    const cause = fold.unreadable.get(id);
    if (cause !== undefined) throw new AppError("conflict", cause);
    if (problem !== null) throw new AppError("store-unavailable", problem);
    throw new AppError("not-found", "There is no such expectation.");
  }

  const stamp = () => new Date(nowMs()).toISOString();
  const bounds = () => ({ maxDays, nowMs: nowMs() });

  function requireFitting(draft: Draft, before: Draft | null): void {
    const found = misfitsOf(draft, bounds(), before);
    if (found.length === 0) return;
    throw new AppError("bad-request", misfitsInWords(found), {
      extra: { field: found[0]?.field },
    });
  }

  function requireRoomFor(steps: readonly Step[]): void {
    const count = all.filter(({ revokedAt }) => revokedAt === null).length;
    if (count + steps.filter(isBack).length <= MAX_EXPECTATIONS) return;
    throw new AppError(
      "conflict",
      `There are ${MAX_EXPECTATIONS} expectations at most. Revoke some first.`,
    );
  }

  /** All of them or nothing. */
  async function make(steps: readonly Step[], actor: Actor): Promise<void> {
    requireRoomFor(steps);
    await log.write(steps, actor);
  }

  async function create(input: NewExpectation, actor: Actor): Promise<Expectation> {
    const draft = draftOf(input, nowMs());
    requireFitting(draft, null);
    const learn = await knownOf(draft);
    const id = randomUUID();
    await make([creation(draft, { id, author: actor, at: stamp(), learn })], actor);
    return get(id);
  }

  /** Null when it changes nothing. */
  async function planChange(id: string, wanted: ExpectationChange): Promise<Step | null> {
    const current = get(id);
    if (!isOnlyKnown(wanted)) {
      requireOurs(current);
      if (current.version !== wanted.version) throw outdated(current, wanted.version);
    }
    const draft = redrafted(current, wanted, nowMs());
    requireFitting(draft, current);
    const learned = asksForOther(draft, current) ? await knownOf(draft) : NOTHING_KNOWN;
    return changeTo(draft, current, { wanted, learned, at: stamp() });
  }

  async function change(id: string, wanted: ExpectationChange, actor: Actor): Promise<Expectation> {
    const step = await planChange(id, wanted);
    if (step !== null) await make([step], actor);
    return get(id);
  }

  async function changeSeveral(
    items: readonly BulkItem[],
    wanted: Omit<ExpectationChange, "version">,
    actor: Actor,
  ): Promise<BulkResult> {
    const steps: Step[] = [];
    const refusals = new Map<string, string>();
    for (const { id, version } of items) {
      try {
        const step = await planChange(id, { ...wanted, version });
        if (step !== null) steps.push(step);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        refusals.set(id, error.message);
      }
    }
    await make(steps, actor);
    return {
      results: items.map(({ id }) => ({
        id,
        done: !refusals.has(id),
        detail: refusals.get(id) ?? "",
        expectation: log.fold.expectations.get(id) ?? null,
      })),
    };
  }

  function outdated(current: Expectation, version: number): AppError {
    const { changes, by } = changedSince(log.fold.entries, current, version);
    const who = by === "" ? "" : ` by ${by}`;
    const detail = `It was changed since${who}: it is at version ${current.version}. ${changes.join("; ")}`;
    return new AppError("conflict", detail.trim(), { extra: { current, changes } });
  }

  await log.read();

  return {
    list: () => all,
    get revision() {
      return revision;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    problems: () => [
      ...(log.problem === null ? [] : [log.problem]),
      ...log.fold.unreadable.values(),
      ...[...reported.values()].flat(),
    ],
    get,
    create: (input, actor) => log.changing(() => create(input, actor)),
    change: (id, wanted, actor) => log.changing(() => change(id, wanted, actor)),
    changeSeveral: (items, wanted, actor) =>
      log.changing(() => changeSeveral(items, wanted, actor)),
    audit: (wanted) => trailPage(log.fold.entries, wanted),
    entries: () => log.fold.entries,
    carryOut: (plan, actor) =>
      log.changing(async () => {
        const steps = await plan(all);
        await make(steps, actor);
        return steps;
      }),
    bounds,
    async withKnown(steps) {
      const known: Step[] = [];
      for (const step of steps) {
        const { before, after } = step;
        known.push(asksForOther(after, before) ? withLearned(step, await knownOf(after)) : step);
      }
      return known;
    },
    report(name, problems) {
      if (problems === null || problems.length === 0) reported.delete(name);
      else reported.set(name, problems);
      changed();
    },
    refresh: log.read,
    get seq() {
      return log.fold.seq;
    },
    close: log.close,
  };
}

function requireOurs({ file }: Expectation): void {
  if (file === null) return;
  throw new AppError("conflict", `It comes from the file ${file}. Change it there.`);
}
