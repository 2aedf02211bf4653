/**
 * Changes of a log that several replicas may write: one replica at a time, and only when it has read
 * what the others wrote. Where nobody else writes, a change is simply made.
 */

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
