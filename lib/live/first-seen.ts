/** When each group was first seen by what the store remembers, kept in memory for the rows. */
import type { Series } from "@/lib/drops/drop";
import type { Grouping } from "@/lib/drops/group-by";
import type { GroupBy } from "@/lib/drops/view";

export type FirstSeen = {
  /**
   * First times by the ids of a grouping; undefined for a group that is not remembered. What is
   * not loaded yet is read from the store once.
   */
  by(grouping: Grouping): Promise<(groupId: string) => number | undefined>;
  /** Takes in first times of the groups of policies; earlier ones win. */
  learn(stored: ReadonlyMap<string, number>): void;
  /** Takes note of a drop's time; earlier ones win. */
  note(series: Series, timeMs: number): void;
};

type Loaded = { idOf: (series: Series) => string; first: Map<string, number> };
type LoadGrouping = (by: GroupBy) => Promise<readonly { series: Series; firstMs: number }[]>;

/** A flood of new groups must not fill the memory; further ones show what their range knows. */
const MAX_GROUPS = 200_000;

/** @param stored first times of the groups of policies, which every store has at hand. */
export function createFirstSeen(
  stored: ReadonlyMap<string, number>,
  load: LoadGrouping = async () => [],
): FirstSeen {
  const policy: Loaded = { idOf: (series) => series.group, first: new Map(stored) };
  const loaded = new Map<GroupBy, Promise<Loaded>>([["policy", Promise.resolve(policy)]]);
  const noted = [policy];

  async function open({ by, idOf }: Grouping): Promise<Loaded> {
    const one: Loaded = { idOf, first: new Map() };
    // From here on nothing is missed, whatever the store is about to answer.
    noted.push(one);
    try {
      for (const { series, firstMs } of await load(by)) noteIn(one, series, firstMs);
    } catch (error) {
      noted.splice(noted.indexOf(one), 1);
      loaded.delete(by);
      throw error;
    }
    return one;
  }

  return {
    async by(grouping) {
      const opening = loaded.get(grouping.by) ?? open(grouping);
      loaded.set(grouping.by, opening);
      const { first } = await opening;
      return (groupId) => first.get(groupId);
    },
    learn(stored) {
      for (const [id, timeMs] of stored) noteId(policy.first, id, timeMs);
    },
    note(series, timeMs) {
      for (const one of noted) noteIn(one, series, timeMs);
    },
  };
}

function noteIn({ idOf, first }: Loaded, series: Series, timeMs: number): void {
  noteId(first, idOf(series), timeMs);
}

function noteId(first: Map<string, number>, id: string, timeMs: number): void {
  const known = first.get(id);
  if (known === undefined ? first.size < MAX_GROUPS : timeMs < known) first.set(id, timeMs);
}
