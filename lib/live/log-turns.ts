/**
 * Changes of a log that several replicas may write: one at a time here, one replica at a time, and
 * only when it has read what the others wrote. Where nobody else writes, a change is simply made.
 */
import { oneAtATime } from "@/lib/store/one-at-a-time";

export type LogTurns = {
  /**
   * Makes a change while no other replica makes one. `mayWrite` throws when that cannot be promised
   * any more; it is called right before the log is written.
   */
  exclusive<T>(change: (mayWrite: () => void) => Promise<T>): Promise<T>;
  /** Position of the log's last event, whoever wrote it; null where nobody else writes. */
  head(): Promise<number | null>;
};

/** For the only writer of a log. */
export const ALONE: LogTurns = {
  exclusive: (change) => change(() => {}),
  head: async () => null,
};

export type LogChanges = {
  /** Makes a change in its turn, on what the log says. @throws what `requireRead` throws. */
  changing<T>(change: () => Promise<T>): Promise<T>;
  /** Reads, or does what else must not lie in the middle of a change. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** To be called right before the log is written. @throws when other replicas may change it too. */
  requireTurn(): void;
};

export type ReadLog = {
  /** Position up to which it was read. */
  seq(): number;
  /** Whether it must be read before anything is made of it. */
  isUnread(): boolean;
  /** Never rejects; what cannot be read stays unread. */
  read(): Promise<void>;
  /** @throws AppError when it is unread still. */
  requireRead(): void;
};

export function createLogChanges(log: ReadLog, turns: LogTurns): LogChanges {
  const inTurn = oneAtATime();
  let requireTurn = () => {};
  return {
    inTurn,
    changing: (change) =>
      inTurn(() =>
        turns.exclusive(async (mayWrite) => {
          requireTurn = mayWrite;
          const head = await turns.head();
          if (log.isUnread() || (head !== null && head > log.seq())) await log.read();
          log.requireRead();
          return change();
        }),
      ),
    requireTurn: () => requireTurn(),
  };
}
