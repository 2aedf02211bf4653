/**
 * Who may still come in when a queue is full. Whoever floods it fills it, so what is let go then is
 * the flood's; a reserve is kept for those who hold little of the queue, so that something new is not
 * lost behind something loud.
 */

export type FairShare = {
  /** Whether one more of this kind may come although the queue is full. Counts it when it may. */
  admits(kind: number): boolean;
  /** The queue was emptied. */
  reset(): void;
};

export type FairShareOptions = {
  /** Kinds of what is held, asked for once when the queue is full. */
  held: () => Iterable<number>;
  /** How much may come beyond the queue's limit, and how much of one kind may be held then. */
  reserve: number;
  share: number;
};

export function createFairShare({ held, reserve, share }: FairShareOptions): FairShare {
  let counts: Map<number, number> | null = null;
  let admitted = 0;

  function countHeld(): Map<number, number> {
    const counted = new Map<number, number>();
    for (const kind of held()) counted.set(kind, (counted.get(kind) ?? 0) + 1);
    return counted;
  }

  return {
    admits(kind) {
      if (admitted >= reserve) return false;
      counts ??= countHeld();
      const count = counts.get(kind) ?? 0;
      if (count >= share) return false;
      counts.set(kind, count + 1);
      admitted += 1;
      return true;
    },
    reset() {
      counts = null;
      admitted = 0;
    },
  };
}
