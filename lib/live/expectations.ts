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
import { AppError, messageOf } from "@/lib/errors";
import { changesInWords } from "@/lib/expectations/change";
import { type Expectation, type Known, NOTHING_KNOWN } from "@/lib/expectations/expectation";
import { createFold, eventBody, type Fold, type KnownChange } from "@/lib/expectations/fold";
import type { ExpectationSource } from "@/lib/expectations/source";
import {
  type Bounds,
  type Draft,
  draftOf,
  type Misfit,
  misfitsInWords,
  misfitsOf,
  startOf,
} from "@/lib/expectations/validate";
import type {
  AuditAction,
  AuditEntry,
  AuditTrail,
  BulkItem,
  BulkResult,
  ExpectationChange,
  NewExpectation,
} from "@/lib/expectations/view";
import type { ExpectationEventRow } from "@/lib/store/expectation-events-table";
import type { Store } from "@/lib/store/store";
import { ALONE, type LogTurns } from "./log-turns";
import { isUntried } from "./untried";

/** Of those that were not taken back. */
export const MAX_EXPECTATIONS = 5_000;
const RETRY_MS = 5_000;

export type ExpectationLog = Pick<Store, "expectationEvents" | "appendExpectationEvent">;

export type ExpectationsOptions = {
  store: ExpectationLog;
  nowMs: () => number;
  /** Days that an expectation may last at most; 0 for no maximum. */
  maxDays: number;
  /** Of a log that other replicas write too. */
  turns?: LogTurns;
  /** What a draft's drops show of what it watches: not new from then on. */
  knownOf?: (draft: Draft) => Promise<Known>;
};

/** A step of a plan that is carried out as a whole: an import, or a file that was read again. */
export type Step = {
  action: AuditAction;
  before: Expectation | null;
  after: Expectation;
  known?: Partial<KnownChange>;
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
  /** Why the draft is refused; empty when it fits. */
  misfits(draft: Draft, before: Draft | null): Misfit[];
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
  let fold: Fold = createFold();
  let all: readonly Expectation[] = [];
  let revision = 0;
  /** In words why the log must be read before it is written to again; null when it need not be. */
  let unread: string | null = null;
  /** What to do about it, where the store is not there. */
  let why = "";
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  let turn: Promise<unknown> = Promise.resolve();

  /** One at a time: each sees what the one before it has done. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  }

  /** Throws while other replicas may change something too. */
  let mayWrite = () => {};

  /** Runs a change in its turn, among those of all replicas, on what the log says. */
  function changing<T>(work: () => Promise<T>): Promise<T> {
    return inTurn(() =>
      turns.exclusive(async (promise) => {
        mayWrite = promise;
        const head = await turns.head();
        if (head !== null && head > fold.seq) await read();
        return work();
      }),
    );
  }

  function changed(): void {
    all = [...fold.expectations.values()];
    revision += 1;
    for (const listener of [...listeners]) listener();
  }

  async function read(): Promise<void> {
    try {
      const next = createFold();
      for (const event of await store.expectationEvents()) next.apply(event);
      fold = next;
      unread = null;
    } catch (error) {
      why = isUntried(error) ? messageOf(error) : "";
      unread ??= isUntried(error)
        ? "The log of expectations cannot be read without history, so nothing is hidden."
        : `The log of expectations cannot be read, so nothing is hidden: ${messageOf(error)}`;
      tryAgainLater();
    }
    changed();
  }

  function tryAgainLater(): void {
    clearTimeout(retry);
    if (isClosed) return;
    retry = setTimeout(() => void inTurn(readIfNeeded), RETRY_MS);
    retry.unref();
  }

  async function readIfNeeded(): Promise<void> {
    if (unread !== null && !isClosed) await read();
  }

  async function requireRead(): Promise<void> {
    await readIfNeeded();
    if (unread === null) return;
    throw new AppError(
      "store-unavailable",
      `${unread} Nothing can be changed until it is. ${why}`.trim(),
    );
  }

  /** On the disk, then in the set. */
  async function write(steps: readonly Step[], actor: Actor): Promise<void> {
    if (steps.length === 0) return;
    const atMs = nowMs();
    const events = steps.map((step, index): ExpectationEventRow => {
      const known = {
        learn: { ...NOTHING_KNOWN, ...step.known?.learn },
        forget: { ...NOTHING_KNOWN, ...step.known?.forget },
      };
      return {
        seq: fold.seq + 1 + index,
        id: step.after.id,
        type: step.action,
        actor: actor.name,
        atMs,
        body: eventBody(step.after, known, { verified: actor.verified, from: actor.from }),
      };
    });
    mayWrite();
    try {
      await store.appendExpectationEvent(...events);
    } catch (error) {
      if (isUntried(error)) {
        throw new AppError("store-unavailable", `Nothing was changed. ${messageOf(error)}`);
      }
      // It may be on the disk all the same: only the log can tell.
      unread = `The last change of an expectation was not confirmed by the store: ${messageOf(error)}`;
      tryAgainLater();
      throw new AppError(
        "store-unavailable",
        `The store did not confirm the change: ${messageOf(error)} Look whether it is there, and try again.`,
        { cause: error },
      );
    }
    for (const event of events) fold.apply(event);
    changed();
  }

  function get(id: string): Expectation {
    const found = fold.expectations.get(id);
    if (found !== undefined) return found;
    const cause = fold.unreadable.get(id);
    if (cause !== undefined) throw new AppError("conflict", cause);
    if (unread !== null) throw new AppError("store-unavailable", unread);
    throw new AppError("not-found", "There is no such expectation.");
  }

  const stamp = () => new Date(nowMs()).toISOString();
  const bounds = () => ({ maxDays, nowMs: nowMs() });
  const misfits = (draft: Draft, before: Draft | null) => misfitsOf(draft, bounds(), before);

  function requireFitting(draft: Draft, before: Draft | null): void {
    const found = misfits(draft, before);
    if (found.length === 0) return;
    throw new AppError("bad-request", misfitsInWords(found), {
      extra: { field: found[0]?.field },
    });
  }

  function requireRoom(more: number): void {
    const count = all.filter(({ revokedAt }) => revokedAt === null).length;
    if (count + more <= MAX_EXPECTATIONS) return;
    throw new AppError(
      "conflict",
      `There are ${MAX_EXPECTATIONS} expectations at most. Revoke some first.`,
    );
  }

  async function create(input: NewExpectation, actor: Actor): Promise<Expectation> {
    await requireRead();
    requireRoom(1);
    const draft = draftOf(input, nowMs());
    requireFitting(draft, null);
    const learn = await knownOf(draft);
    const at = stamp();
    const after: Expectation = {
      ...draft,
      id: randomUUID(),
      author: actor.name,
      authorVerified: actor.verified,
      createdAt: at,
      updatedAt: at,
      known: NOTHING_KNOWN,
      revokedAt: null,
      file: null,
      version: 1,
    };
    await write([{ action: "created", before: null, after, known: { learn } }], actor);
    return get(after.id);
  }

  /** Null when it changes nothing. */
  async function planChange(id: string, wanted: ExpectationChange): Promise<Step | null> {
    const current = get(id);
    const isOnlyKnown = onlyKnown(wanted);
    if (!isOnlyKnown) requireOurs(current);
    if (!isOnlyKnown && current.version !== wanted.version) throw outdated(current, wanted.version);
    const draft = { ...current, ...fieldsOf(wanted, nowMs()) };
    requireFitting(draft, current);
    const isWider = draft.query !== current.query || !sameWatch(draft, current);
    const learned = isWider ? await knownOf(draft) : NOTHING_KNOWN;
    const known = knownChange(current.known, learned, wanted);
    const after = { ...draft, revokedAt: revokedAfter(current, wanted.revoked, stamp()) };
    if (known === null && changesInWords(current, after).length === 0) return null;
    return {
      action: actionOf(wanted, current),
      before: current,
      after: { ...after, updatedAt: stamp(), version: current.version + 1 },
      ...(known !== null && { known }),
    };
  }

  async function change(id: string, wanted: ExpectationChange, actor: Actor): Promise<Expectation> {
    await requireRead();
    const step = await planChange(id, wanted);
    if (step === null) return get(id);
    requireRoom(isBack(step.before, step.after) ? 1 : 0);
    await write([step], actor);
    return get(id);
  }

  async function changeSeveral(
    items: readonly BulkItem[],
    wanted: Omit<ExpectationChange, "version">,
    actor: Actor,
  ): Promise<BulkResult> {
    await requireRead();
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
    requireRoom(steps.filter(({ before, after }) => isBack(before, after)).length);
    await write(steps, actor);
    return {
      results: items.map(({ id }) => ({
        id,
        done: !refusals.has(id),
        detail: refusals.get(id) ?? "",
        expectation: fold.expectations.get(id) ?? null,
      })),
    };
  }

  async function withKnown(step: Step): Promise<Step> {
    const { before, after } = step;
    if (before !== null && before.query === after.query && sameWatch(before, after)) return step;
    const learn = await knownOf(after);
    return { ...step, known: knownChange(after.known, learn, {}) ?? {} };
  }

  function outdated(current: Expectation, version: number): AppError {
    const then = fold.entries.find(
      ({ expectation, after }) => expectation === current.id && after.version === version,
    );
    const changes = then === undefined ? [] : changesInWords(then.after, current);
    const last = fold.entries.findLast(({ expectation }) => expectation === current.id);
    const who = last === undefined || last.actor.name === "" ? "" : ` by ${last.actor.name}`;
    const detail = `It was changed since${who}: it is at version ${current.version}. ${changes.join("; ")}`;
    return new AppError("conflict", detail.trim(), { extra: { current, changes } });
  }

  await read();

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
      ...(unread === null ? [] : [unread]),
      ...fold.unreadable.values(),
      ...[...reported.values()].flat(),
    ],
    get,
    create: (input, actor) => changing(() => create(input, actor)),
    change: (id, wanted, actor) => changing(() => change(id, wanted, actor)),
    changeSeveral: (items, wanted, actor) => changing(() => changeSeveral(items, wanted, actor)),
    audit({ id, before, limit }) {
      const entries: AuditEntry[] = [];
      for (let at = fold.entries.length - 1; at >= 0; at -= 1) {
        const entry = fold.entries[at];
        if (entry === undefined || (before !== null && entry.seq >= before)) continue;
        if (id !== null && entry.expectation !== id) continue;
        if (entries.length === limit) return { entries, next: entries.at(-1)?.seq ?? null };
        entries.push(entry);
      }
      return { entries, next: null };
    },
    entries: () => fold.entries,
    carryOut: (plan, actor) =>
      changing(async () => {
        await requireRead();
        const steps = await plan(all);
        requireRoom(steps.filter(({ before, after }) => isBack(before, after)).length);
        await write(steps, actor);
        return steps;
      }),
    misfits,
    bounds,
    async withKnown(steps) {
      const known: Step[] = [];
      for (const step of steps) known.push(await withKnown(step));
      return known;
    },
    report(name, problems) {
      if (problems === null || problems.length === 0) reported.delete(name);
      else reported.set(name, problems);
      changed();
    },
    refresh: () => inTurn(read),
    get seq() {
      return fold.seq;
    },
    close() {
      isClosed = true;
      clearTimeout(retry);
    },
  };
}

/** Whether it counts against the maximum from now on. */
function isBack(before: Expectation | null, after: Expectation): boolean {
  return after.revokedAt === null && (before === null || before.revokedAt !== null);
}

function requireOurs({ file }: Expectation): void {
  if (file === null) return;
  throw new AppError("conflict", `It comes from the file ${file}. Change it there.`);
}

/** Accepting what is new takes nothing back that somebody else did, so it needs no version. */
function onlyKnown({ version: _version, author: _author, ...change }: ExpectationChange): boolean {
  const { accept, forget, ...rest } = change;
  return (accept ?? forget) !== undefined && Object.keys(rest).length === 0;
}

function fieldsOf(change: ExpectationChange, nowMs: number): Partial<Draft> {
  const { query, reason, ticket, appliesFrom, expiresAt, ceilingPerMinute, mode, watch } = change;
  return {
    ...(query !== undefined && { query: query.trim() }),
    ...(reason !== undefined && { reason: reason.trim() }),
    ...(ticket !== undefined && { ticket: ticket.trim() }),
    ...(appliesFrom !== undefined && { appliesFrom: startOf(appliesFrom, nowMs) }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(ceilingPerMinute !== undefined && { ceilingPerMinute }),
    ...(mode !== undefined && { mode }),
    ...(watch !== undefined && { watch }),
  };
}

/** What of it is not so yet; null when all of it is. */
function knownChange(
  known: Known,
  learned: Known,
  { accept, forget }: Pick<ExpectationChange, "accept" | "forget">,
): KnownChange | null {
  const learn: Known = {
    source: added(known.source, learned.source, accept?.source),
    destination: added(known.destination, learned.destination, accept?.destination),
    port: added(known.port, learned.port, accept?.port),
  };
  const taken: Known = {
    source: (forget?.source ?? []).filter((key) => known.source.includes(key)),
    destination: (forget?.destination ?? []).filter((key) => known.destination.includes(key)),
    port: (forget?.port ?? []).filter((key) => known.port.includes(key)),
  };
  const isNothing = [...Object.values(learn), ...Object.values(taken)].every(
    (keys) => keys.length === 0,
  );
  return isNothing ? null : { learn, forget: taken };
}

function added<T>(had: readonly T[], ...more: (readonly T[] | undefined)[]): T[] {
  const known = new Set(had);
  return [...new Set(more.flatMap((keys) => keys ?? []))].filter((one) => !known.has(one));
}

function sameWatch(a: Pick<Draft, "watch">, b: Pick<Draft, "watch">): boolean {
  return a.watch.join() === b.watch.join();
}

function revokedAfter(current: Expectation, revoked: boolean | undefined, at: string) {
  if (revoked === undefined) return current.revokedAt;
  return revoked ? (current.revokedAt ?? at) : null;
}

function actionOf(change: ExpectationChange, current: Expectation): AuditAction {
  if (change.revoked === true && current.revokedAt === null) return "revoked";
  if (change.revoked === false && current.revokedAt !== null) return "restored";
  return onlyKnown(change) ? "accepted" : "changed";
}
