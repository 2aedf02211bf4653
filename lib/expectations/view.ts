/**
 * What the HTTP API answers about expectations and what the screens draw: the list with its hits,
 * the preview, the audit trail, and the diff of an import.
 */
import type { Group } from "@/lib/drops/view";
import type { Expectation, ExpectationMode, Known, Watched } from "./expectation";

/**
 * What can be said of an expectation now; several may hold.
 * `unreadable`: its query cannot be read by this version, so it hides nothing.
 */
export const EXPECTATION_STATES = [
  "surging",
  "new",
  "unreadable",
  "ending-soon",
  "active",
  "trial",
  "scheduled",
  "silent",
  "never-matched",
  "expired",
  "revoked",
] as const;
export type ExpectationState = (typeof EXPECTATION_STATES)[number];

/** Drops it matches and, beside them, those of them that it hides. */
export type Hits = { drops: number; attempts: number; hidden: number };

/** A minute in which it was over its ceiling. */
export type Surge = { minute: string; drops: number; ceiling: number };

/** A series that is new under it. `watched` says in what. */
export type NewUnder = {
  series: string;
  watched: readonly Watched[];
  source: { key: string; text: string };
  destination: { key: string; text: string };
  port: number;
  drops: number;
  firstSeen: string;
};

/** One line of the Expected screen. */
export type ExpectationRow = Omit<Expectation, "known"> & {
  /** How many are known; the lists themselves come with the single one. */
  known: { source: number; destination: number; port: number };
  states: readonly ExpectationState[];
  hits: { hour: Hits; day: Hits; total: Hits };
  /** Time of its newest drop, by the drop's time; null when nothing stored matches. */
  lastMatch: string | null;
  /** The newest first; of the last 24 hours, at most 20. */
  surges: readonly Surge[];
  newUnder: readonly NewUnder[];
};

/** `GET /api/expectations`. */
export type ExpectationList = {
  expectations: readonly ExpectationRow[];
  /** In words: a file that cannot be read, a log that cannot be read. Then all is shown. */
  problems: readonly string[];
  /** Goes up with each change of any expectation. */
  revision: number;
};

/** `GET /api/expectations/:id`. */
export type ExpectationDetails = { expectation: Expectation; row: ExpectationRow };

/** What `POST /api/expectations` takes. Times are RFC 3339. */
export type NewExpectation = {
  query: string;
  reason: string;
  /** Name of who does it, where nothing else tells. */
  author?: string;
  ticket?: string;
  /** `past` takes in what is stored, `now` begins with this moment. Default `past`. */
  appliesFrom?: "past" | "now" | (string & {});
  /** Null: no end, where the server allows it. */
  expiresAt: string | null;
  ceilingPerMinute?: number | null;
  mode?: ExpectationMode;
  /** Default: what the query does not bound. */
  watch?: readonly Watched[];
};

/** What `PATCH /api/expectations/:id` takes: the version it is made to, and what changes. */
export type ExpectationChange = Partial<NewExpectation> & {
  version: number;
  /** Takes it back, or, as false, brings it back. */
  revoked?: boolean;
  /** Adds to what is known, as `NewUnder` names it. */
  accept?: Partial<Known>;
  /** Takes from what is known: undoes `accept`. */
  forget?: Partial<Known>;
};

export type BulkItem = { id: string; version: number };

/** What `POST /api/expectations/bulk` takes: one change of several, each at its version. */
export type BulkChange = {
  items: readonly BulkItem[];
  change: Omit<ExpectationChange, "version">;
};

/** Each is done or not by itself. `detail` says why not; `expectation` is as it is then. */
export type BulkResult = {
  results: readonly {
    id: string;
    done: boolean;
    detail: string;
    expectation: Expectation | null;
  }[];
};

/** What `POST /api/expectations/preview` takes: a draft, and the row it is made from. */
export type PreviewRequest = Omit<NewExpectation, "reason"> & {
  /** The expectation that the draft would replace, when one is edited. */
  replaces?: string;
  /** The query of the row, series or view it is made from; what it hides beyond is *extra*. */
  basis?: string;
};

export type PreviewCount = { drops: number; attempts: number; series: number };

/** A group that would be hidden. `extra`: not, or not only, what the draft is made from. */
export type PreviewGroup = {
  group: Group;
  hides: "whole" | "part";
  drops: number;
  attempts: number;
  extra: boolean;
};

export type Preview = {
  /** Why it is refused, in words; the counts are of what it would do all the same. */
  refused: string | null;
  /** In words: how it is broad, what it would hide that its basis never had. */
  warnings: readonly string[];
  /** Null where the store holds less. */
  day: PreviewCount;
  week: PreviewCount | null;
  /** Attempts it hides in equal parts of the last 24 hours, oldest first. */
  timeline: readonly number[];
  /** Extra ones first, then by attempts; of the last 24 hours. */
  groups: readonly PreviewGroup[];
  groupCount: number;
  /** Others that hide some of the same drops. */
  overlaps: readonly { id: string; query: string; reason: string; drops: number }[];
  /** From the busiest minute of the last day: twice it, rounded up to two digits. */
  suggestedCeiling: number;
  busiestMinute: number;
  /** What the query leaves open and would be watched. */
  watch: readonly Watched[];
};

export const AUDIT_ACTIONS = [
  "created",
  "changed",
  "accepted",
  "revoked",
  "restored",
  "imported",
  "learned",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** One line of the audit trail. */
export type AuditEntry = {
  seq: number;
  at: string;
  expectation: string;
  action: AuditAction;
  actor: { name: string; verified: boolean };
  /** Where from: the client's address as far as it is known, `file`, or `import`. */
  from: string;
  /** Null before it was there. Without `known`, which is told by `changes`. */
  before: Expectation | null;
  after: Expectation;
  /** Each changed field in words: `expiresAt: 2026-12-01 → 2027-01-01`. */
  changes: readonly string[];
};

/** `GET /api/expectations/audit?id=&before=&limit=`, the newest first. */
export type AuditTrail = { entries: readonly AuditEntry[]; next: number | null };

/** `POST /api/expectations/import {yaml, apply}`. */
export type ImportResult = {
  /** With `apply`, whether it was done. Nothing is done when there are errors. */
  applied: boolean;
  errors: readonly { line: number; message: string }[];
  changes: readonly {
    action: "create" | "change" | "revoke" | "keep";
    id: string;
    query: string;
    /** As in `AuditEntry.changes`. */
    changes: readonly string[];
  }[];
};

/** `GET /api/me`: who the server takes the asker for. Unverified, the name is empty: ask for one. */
export type Me = {
  name: string;
  verified: boolean;
  mode: "none" | "proxy";
  /** How many days from now an expectation may last at most; 0 for no maximum. */
  expectationMaxDays: number;
};
