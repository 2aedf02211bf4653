/**
 * The set of expectations and its audit trail, folded from the append-only log of what people did.
 * An event holds the whole expectation as it was after it, but for what is known under it, of which
 * an event tells only the difference. What cannot be read hides nothing: its expectation leaves the
 * set, and is told of.
 */
import { z } from "zod";
import { changesInWords } from "./change";
import { EXPECTATION_MODES, type Expectation, type Known, WATCHED } from "./expectation";
import { readMoment } from "./moment";
import { AUDIT_ACTIONS, type AuditAction, type AuditEntry } from "./view";

/** One row of the log. `body` is JSON as `eventBody` wrote it. */
export type ExpectationEvent = {
  seq: number;
  id: string;
  type: string;
  actor: string;
  atMs: number;
  body: string;
};

/** Adds to, and takes from, what is known. */
export type KnownChange = { learn: Known; forget: Known };

/** Grows when an event means something that an older version would misread. */
const BODY_VERSION = 1;

const time = z.string().refine((text) => readMoment(text) !== null);
const known = z.strictObject({
  source: z.array(z.string()),
  destination: z.array(z.string()),
  port: z.array(z.number()),
});

/** Strict: a member that this version does not know may be what makes it hide less. */
const bodySchema = z.strictObject({
  v: z.literal(BODY_VERSION),
  verified: z.boolean(),
  from: z.string(),
  expectation: z.strictObject({
    id: z.string().min(1),
    query: z.string(),
    reason: z.string(),
    author: z.string(),
    authorVerified: z.boolean(),
    ticket: z.string(),
    createdAt: time,
    updatedAt: time,
    appliesFrom: time,
    expiresAt: time.nullable(),
    ceilingPerMinute: z.number().positive().nullable(),
    mode: z.enum(EXPECTATION_MODES),
    watch: z.array(z.enum(WATCHED)),
    revokedAt: time.nullable(),
    file: z.string().nullable(),
    version: z.int().min(1),
  }),
  learn: known,
  forget: known,
});

export type Fold = {
  readonly expectations: ReadonlyMap<string, Expectation>;
  /** The oldest first. */
  readonly entries: readonly AuditEntry[];
  /** Ids of what cannot be read, each with the cause in words. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** Position of the last event; 0 before the first. */
  readonly seq: number;
  apply(event: ExpectationEvent): void;
};

export function createFold(): Fold {
  const expectations = new Map<string, Expectation>();
  const unreadable = new Map<string, string>();
  const entries: AuditEntry[] = [];
  let seq = 0;

  return {
    expectations,
    unreadable,
    entries,
    get seq() {
      return seq;
    },
    apply(event) {
      // A write whose answer got lost may have been written twice.
      if (event.seq <= seq) return;
      seq = event.seq;
      const read = readBody(event);
      if (typeof read === "string") {
        expectations.delete(event.id);
        unreadable.set(event.id, read);
        return;
      }
      const before = expectations.get(event.id) ?? null;
      const after = { ...read.expectation, known: knownAfter(before?.known, read) };
      expectations.set(event.id, after);
      unreadable.delete(event.id);
      entries.push({
        seq: event.seq,
        at: new Date(event.atMs).toISOString(),
        expectation: event.id,
        action: read.action,
        actor: { name: event.actor, verified: read.verified },
        from: read.from,
        before,
        after,
        // Few are ever looked at.
        get changes() {
          return changesInWords(before, after);
        },
      });
    },
  };
}

/** The body of an event; `change` is what is added to and taken from what is known. */
export function eventBody(
  { known: _known, ...expectation }: Expectation,
  change: KnownChange,
  who: { verified: boolean; from: string },
): string {
  return JSON.stringify({
    v: BODY_VERSION,
    verified: who.verified,
    from: who.from,
    expectation,
    ...change,
  });
}

/** What is known after a change; sorted and without repetition. */
function knownAfter(before: Known | undefined, { learn, forget }: KnownChange): Known {
  return {
    source: merged(before?.source ?? [], learn.source, forget.source),
    destination: merged(before?.destination ?? [], learn.destination, forget.destination),
    port: merged(before?.port ?? [], learn.port, forget.port),
  };
}

function merged<T extends string | number>(
  had: readonly T[],
  learn: readonly T[],
  forget: readonly T[],
): readonly T[] {
  if (learn.length === 0 && forget.length === 0) return had;
  const gone = new Set(forget);
  return [...new Set([...had, ...learn])].filter((key) => !gone.has(key));
}

type Read = z.infer<typeof bodySchema> & { action: AuditAction };

/** The event's content, or why it cannot be read. */
function readBody({ id, seq, type, body }: ExpectationEvent): Read | string {
  const where = `Expectation ${id} hides nothing: entry ${seq} of its log`;
  const action = AUDIT_ACTIONS.find((one) => one === type);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return `${where} cannot be read.`;
  }
  const version = z.object({ v: z.number() }).safeParse(value);
  if (action === undefined || (version.success && version.data.v > BODY_VERSION)) {
    return `${where} was written by a newer version of Droplens.`;
  }
  const read = bodySchema.safeParse(value);
  if (!read.success || read.data.expectation.id !== id) return `${where} cannot be read.`;
  return { ...read.data, action };
}
