/**
 * One change of one expectation, planned and not made: what it was, what it becomes, and what the
 * trail will call it. Whether it may be made is not decided here.
 */
import { changesInWords } from "./change";
import { type Expectation, type Known, NOTHING_KNOWN } from "./expectation";
import type { KnownChange } from "./fold";
import { type Draft, startOf } from "./validate";
import type { AuditAction, ExpectationChange } from "./view";

export type Step = {
  action: AuditAction;
  before: Expectation | null;
  after: Expectation;
  /** By default nothing becomes known and nothing is forgotten. */
  known?: Partial<KnownChange>;
};

type Author = { name: string; verified: boolean };

/** The step that makes the draft an expectation. `learn` is what is known under it from the start. */
export function creation(
  draft: Draft,
  { id, author, at, learn }: { id: string; author: Author; at: string; learn: Known },
): Step {
  const after: Expectation = {
    ...draft,
    id,
    author: author.name,
    authorVerified: author.verified,
    createdAt: at,
    updatedAt: at,
    known: NOTHING_KNOWN,
    revokedAt: null,
    file: null,
    version: 1,
  };
  return { action: "created", before: null, after, known: { learn } };
}

/** The expectation with all that people decide as they want it now. */
export function redrafted(
  current: Expectation,
  change: ExpectationChange,
  nowMs: number,
): Expectation {
  const { query, reason, ticket, appliesFrom, expiresAt, ceilingPerMinute, mode, watch } = change;
  return {
    ...current,
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

/**
 * The step from `current` to `draft`, which is `redrafted`; null when it changes nothing.
 * @param learned what the drops show of what it watches, where it asks for something else.
 */
export function changeTo(
  draft: Expectation,
  current: Expectation,
  { wanted, learned, at }: { wanted: ExpectationChange; learned: Known; at: string },
): Step | null {
  const known = knownChange(current.known, learned, wanted);
  const after = { ...draft, revokedAt: revokedAfter(current, wanted.revoked, at) };
  if (known === null && changesInWords(current, after).length === 0) return null;
  const action = isOnlyKnown(wanted) ? "accepted" : actionOf(current, after);
  return {
    action,
    before: current,
    after: { ...after, updatedAt: at, version: current.version + 1 },
    ...(known !== null && { known }),
  };
}

/** What the trail calls a step that people did not just accept or import. */
export function actionOf(before: Expectation | null, after: Expectation): AuditAction {
  if (before === null) return "created";
  if (before.revokedAt !== null && after.revokedAt === null) return "restored";
  return after.revokedAt !== null && before.revokedAt === null ? "revoked" : "changed";
}

/** Whether it counts against the maximum from now on and did not before. */
export function isBack({ before, after }: Step): boolean {
  return after.revokedAt === null && (before === null || before.revokedAt !== null);
}

/** Whether it may ask for drops that it did not ask for, or watch what it did not watch. */
export function asksForOther(draft: Draft, before: Draft | null): boolean {
  if (before === null || draft.query !== before.query) return true;
  return draft.watch.join() !== before.watch.join();
}

/** The step with what its drops show of what it watches. */
export function withLearned(step: Step, learned: Known): Step {
  return { ...step, known: knownChange(step.after.known, learned, {}) ?? {} };
}

/** Accepting what is new takes nothing back that somebody else did, so it needs no version. */
export function isOnlyKnown({
  version: _version,
  author: _author,
  ...change
}: ExpectationChange): boolean {
  const { accept, forget, ...rest } = change;
  return (accept ?? forget) !== undefined && Object.keys(rest).length === 0;
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

function revokedAfter(current: Expectation, revoked: boolean | undefined, at: string) {
  if (revoked === undefined) return current.revokedAt;
  return revoked ? (current.revokedAt ?? at) : null;
}
