/**
 * Inserts drops so that none is stored twice. Two kinds are looked up first: drops of an insert
 * that failed, which the store may have taken all the same, and drops from before this process could
 * read the store, which an earlier process may have stored.
 */
import type { Drop } from "@/lib/drops/drop";
import type { Store } from "@/lib/store/store";
import { isUntried } from "./untried";

export type InsertOnce = {
  /** Answers those that somebody else had stored. */
  insert(drops: readonly Drop[]): Promise<ReadonlySet<Drop>>;
  /** From now on, drops of before this time are looked up. */
  doubtBefore(timeMs: number): void;
};

/**
 * Drops asked for in one statement. Each has up to three uuids, which stand in it twice: some 240 KB,
 * which even an engine takes that was told of no other limit than its own.
 */
const DROPS_PER_QUERY = 1_000;
/**
 * A joined drop has the time of one of its flows, and who stored the other alone gave it that one's.
 * They lie no further apart than the widest window that may be set.
 */
const APART_MS = 60_000;
/** One drop without a time must not make the store look through all that it has. */
const EMPTY_MS = 3_600_000;

export function createInsertOnce(
  store: Pick<Store, "insertDrops" | "storedAmong">,
  requireRoom: () => Promise<void>,
): InsertOnce {
  const tried = new Set<Drop>();
  let doubtMs = 0;

  async function insert(drops: readonly Drop[]): Promise<ReadonlySet<Drop>> {
    await requireRoom();
    const doubtful = drops.filter((drop) => tried.has(drop) || drop.timeMs < doubtMs);
    const there = doubtful.length === 0 ? new Set<Drop>() : await lookUp(doubtful);
    for (const drop of twice(doubtful)) there.add(drop);
    const wanted = there.size === 0 ? drops : drops.filter((drop) => !there.has(drop));
    try {
      if (wanted.length > 0) await store.insertDrops(wanted);
    } catch (error) {
      if (!isUntried(error)) for (const drop of wanted) tried.add(drop);
      throw error;
    }
    const known = new Set([...there].filter((drop) => !tried.has(drop)));
    for (const drop of drops) tried.delete(drop);
    return known;
  }

  async function lookUp(drops: readonly Drop[]): Promise<Set<Drop>> {
    const found = new Set<Drop>();
    for (const part of partsOf(drops)) {
      const times = part.map(({ timeMs }) => timeMs);
      const range = { fromMs: least(times) - APART_MS, toMs: most(times) + 1 + APART_MS };
      const stored = await store.storedAmong(part.flatMap(uuidsOf), range);
      for (const drop of part) if (uuidsOf(drop).some((uuid) => stored.has(uuid))) found.add(drop);
    }
    return found;
  }

  return {
    insert,
    doubtBefore(timeMs) {
      doubtMs = Math.max(doubtMs, timeMs);
    },
  };
}

/** By time, cut where there are enough of them or where there is nothing for long. */
function partsOf(drops: readonly Drop[]): Drop[][] {
  const parts: Drop[][] = [];
  let last: Drop[] = [];
  for (const drop of [...drops].sort((a, b) => a.timeMs - b.timeMs)) {
    const before = last.at(-1);
    if (
      before === undefined ||
      last.length >= DROPS_PER_QUERY ||
      drop.timeMs - before.timeMs > EMPTY_MS
    ) {
      last = [];
      parts.push(last);
    }
    last.push(drop);
  }
  return parts;
}

/** Those whose flows came with a drop before them. */
function twice(drops: readonly Drop[]): Drop[] {
  const seen = new Set<string>();
  return drops.filter((drop) => {
    const uuids = uuidsOf(drop);
    const isSeen = uuids.some((uuid) => seen.has(uuid));
    for (const uuid of uuids) seen.add(uuid);
    return isSeen;
  });
}

/** Those of both flows, as far as there are any. */
function uuidsOf({ uuid, verdictFlow, dropFlow }: Drop): string[] {
  return [uuid, verdictFlow?.uuid ?? "", dropFlow?.uuid ?? ""].filter(
    (one, at, all) => one !== "" && all.indexOf(one) === at,
  );
}

function least(times: readonly number[]): number {
  return times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function most(times: readonly number[]): number {
  return times.reduce((a, b) => Math.max(a, b), 0);
}
