/**
 * The log of expectations as this server keeps it: read into its fold, read again while it cannot
 * be, and written to. A write is acknowledged when it is on the disk; of one that was not confirmed
 * only the log can tell what became of it, so the log is read before anything else is written.
 */
import type { Actor } from "@/lib/auth/actor";
import { AppError, messageOf } from "@/lib/errors";
import { NOTHING_KNOWN } from "@/lib/expectations/expectation";
import { createFold, eventBody, type Fold } from "@/lib/expectations/fold";
import type { Step } from "@/lib/expectations/step";
import type { EventRow } from "@/lib/store/event-table";
import type { Store } from "@/lib/store/store";
import { createLogChanges, type LogTurns } from "./log-turns";
import { isUntried } from "./untried";

const RETRY_MS = 5_000;

export type StoredLog = Pick<Store, "expectationEvents" | "appendExpectationEvent">;

export type ExpectationLog = {
  /** What was read of it; empty while it never was. */
  readonly fold: Fold;
  /** In words why it must be read before it is written to again; null when it need not be. */
  readonly problem: string | null;
  /** Reads the log in its turn. Never rejects; what cannot be read is tried again a little later. */
  read(): Promise<void>;
  /**
   * Makes a change in its turn, among those of all replicas, on what the log says.
   * @throws AppError `store-unavailable` when that cannot be read.
   */
  changing<T>(change: () => Promise<T>): Promise<T>;
  /** On the disk, then in the fold: all of it or nothing. Only within `changing`. */
  write(steps: readonly Step[], actor: Actor): Promise<void>;
  close(): void;
};

export type ExpectationLogOptions = {
  store: StoredLog;
  turns: LogTurns;
  /** The fold is another one, or has more, or the problem is another one. */
  onChange: () => void;
  nowMs: () => number;
};

export function createExpectationLog(options: ExpectationLogOptions): ExpectationLog {
  const { store, turns, onChange, nowMs } = options;
  let fold = createFold();
  let unread: string | null = null;
  /** What to do about it, where the store is not there. */
  let advice = "";
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  const isUnread = () => unread !== null && !isClosed;
  const changes = createLogChanges({ seq: () => fold.seq, isUnread, read, requireRead }, turns);

  async function read(): Promise<void> {
    try {
      const next = createFold();
      for (const event of await store.expectationEvents()) next.apply(event);
      fold = next;
      unread = null;
    } catch (error) {
      advice = isUntried(error) ? messageOf(error) : "";
      unread ??= isUntried(error)
        ? "The log of expectations cannot be read without history, so nothing is hidden."
        : `The log of expectations cannot be read, so nothing is hidden: ${messageOf(error)}`;
      tryAgainLater();
    }
    onChange();
  }

  function requireRead(): void {
    if (unread === null) return;
    const detail = `${unread} Nothing can be changed until it is. ${advice}`.trim();
    throw new AppError("store-unavailable", detail);
  }

  function tryAgainLater(): void {
    clearTimeout(retry);
    if (isClosed) return;
    const again = () => changes.inTurn(async () => (isUnread() ? read() : undefined));
    retry = setTimeout(() => void again(), RETRY_MS);
    retry.unref();
  }

  async function write(steps: readonly Step[], actor: Actor): Promise<void> {
    if (steps.length === 0) return;
    const atMs = nowMs();
    const events = steps.map((step, at) => eventOf(step, fold.seq + 1 + at, actor, atMs));
    changes.requireTurn();
    try {
      await store.appendExpectationEvent(...events);
    } catch (error) {
      throw unconfirmed(error);
    }
    for (const event of events) fold.apply(event);
    onChange();
  }

  function unconfirmed(error: unknown): AppError {
    if (isUntried(error)) {
      return new AppError("store-unavailable", `Nothing was changed. ${messageOf(error)}`);
    }
    // It may be on the disk all the same: only the log can tell.
    unread = `The last change of an expectation was not confirmed by the store: ${messageOf(error)}`;
    tryAgainLater();
    return new AppError(
      "store-unavailable",
      `The store did not confirm the change: ${messageOf(error)} Look whether it is there, and try again.`,
      { cause: error },
    );
  }

  return {
    get fold() {
      return fold;
    },
    get problem() {
      return unread;
    },
    read: () => changes.inTurn(read),
    changing: changes.changing,
    write,
    close() {
      isClosed = true;
      clearTimeout(retry);
    },
  };
}

function eventOf(
  { action, after, known }: Step,
  seq: number,
  { name, verified, from }: Actor,
  atMs: number,
): EventRow {
  const change = {
    learn: { ...NOTHING_KNOWN, ...known?.learn },
    forget: { ...NOTHING_KNOWN, ...known?.forget },
  };
  const body = eventBody(after, change, { verified, from });
  return { seq, id: after.id, type: action, actor: name, atMs, body };
}
