/**
 * How the store is, as `/api/sources` tells it and the screens show it: what works, what is paused,
 * what to do, and how far back history goes.
 */

export const STORE_STATES = [
  /** Drops are stored and history can be read. */
  "ok",
  /** It is being opened: at the start, or again after a fault. */
  "opening",
  /** No room on the disk: history can be read, and nothing is stored. */
  "full",
  /** The folder cannot be written. */
  "read-only",
  /** Another process has the folder. */
  "locked",
  /** What is on the disk cannot be read; it is being mended or set aside. */
  "damaged",
  /** A server that does not answer. */
  "unreachable",
  /** Any other failure, told in words. */
  "failing",
] as const;

export type StoreState = (typeof STORE_STATES)[number];

export type StoreReport = {
  state: StoreState;
  /** Since when it is in this state; RFC 3339. */
  since: string;
  /** What is wrong, in one sentence; empty when all is well. */
  words: string;
  /** What does not happen meanwhile, each as a clause: "history is not written". */
  paused: readonly string[];
  /** What goes on all the same, in one sentence; empty when all is well. */
  goesOn: string;
  /** What a person can do, in one sentence; empty when all is well. */
  advice: string;
  /** The cause as the disk or the engine put it; null when all is well. */
  problem: string | null;
  /** When it is tried again; null when all is well. */
  nextTry: string | null;
  /** Drops that wait in memory, and how many may. */
  waiting: number;
  capacity: number;
  /** Drops let go since the start because too many waited. */
  shed: number;
  /** Where it keeps what it keeps: a folder, or the address of a server. */
  place: string;
  /** What all tables take, and the disk they are on; null while it is not known. */
  sizeBytes: number | null;
  freeBytes: number | null;
  diskBytes: number | null;
  /** Rows of drops; null while it is not known. */
  drops: number | null;
  /** Time of the oldest drop kept, and its day in UTC (`2026-11-21`); null when there is none. */
  oldest: string | null;
  oldestDay: string | null;
  retention: {
    days: number;
    /** Size at which the oldest days go; null for no bound. */
    sizeBytes: number | null;
  };
  /** Days that went since the start because of the size, and the drops in them. */
  pruned: { days: number; drops: number; newestDay: string | null };
  /** What was set aside because it could not be read, newest last; nothing of it was deleted. */
  notes: readonly StoreNote[];
};

export type StoreNote = {
  at: string;
  words: string;
  /** Where it lies now; null when it did not move. */
  path: string | null;
};
