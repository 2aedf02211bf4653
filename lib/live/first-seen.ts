/** When each group was first seen by what the store remembers, kept in memory for the rows. */

export type FirstSeen = {
  of(groupId: string): number | undefined;
  /** Takes note of a drop's time; earlier ones win. */
  note(groupId: string, timeMs: number): void;
};

/** A flood of new groups must not fill the memory; further ones show what their range knows. */
const MAX_GROUPS = 200_000;

export function createFirstSeen(stored: ReadonlyMap<string, number>): FirstSeen {
  const first = new Map(stored);
  return {
    of: (groupId) => first.get(groupId),
    note(groupId, timeMs) {
      const known = first.get(groupId);
      if (known === undefined ? first.size < MAX_GROUPS : timeMs < known)
        first.set(groupId, timeMs);
    },
  };
}
