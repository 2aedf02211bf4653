/**
 * Retention by size: when everything takes more than its bound, whole days of drops go, the oldest
 * first and never today's. A day is a partition, so this removes files and rewrites nothing. The day
 * becomes a gap, and that first: it must not pass for a quiet one.
 */

import { forgetCovered } from "./coverage-table";
import type { Engine } from "./engine";
import type { Range } from "./time";

/** `day` as `2026-11-21`, in UTC, by when the drops were received. */
export type PrunedDay = { day: string; drops: number; bytes: number };

type Day = PrunedDay & { partition: string };

export async function pruneToSize(
  engine: Engine,
  limitBytes: number,
  nowMs: number,
): Promise<PrunedDay[]> {
  const today = partitionOf(nowMs);
  const { days, allBytes } = await readDays(engine);
  const gone: PrunedDay[] = [];
  let left = allBytes;
  for (const { partition, ...day } of days) {
    if (left <= limitBytes || partition >= today) break;
    await forgetCovered(engine, rangeOfDay(day.day));
    await engine.run("write", `ALTER TABLE drops DROP PARTITION ID '${partition}'`);
    left -= day.bytes;
    gone.push(day);
  }
  return gone;
}

/** The oldest first. */
async function readDays(engine: Engine): Promise<{ days: Day[]; allBytes: number }> {
  const parts = await engine.select(
    "write",
    `SELECT table = 'drops' AS is_drops, if(is_drops, partition_id, '') AS id,
      sum(rows), sum(bytes_on_disk) FROM system.parts
      WHERE active AND database = currentDatabase() GROUP BY is_drops, id ORDER BY id`,
    {},
    (reader) => ({
      isDrops: reader.u8() === 1,
      partition: reader.text(),
      drops: reader.u64(),
      bytes: reader.u64(),
    }),
  );
  const allBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const days = parts.flatMap(({ isDrops, partition, drops, bytes }) =>
    isDrops && /^\d{8}$/.test(partition)
      ? [{ partition, day: dayOf(partition), drops, bytes }]
      : [],
  );
  return { days, allBytes };
}

function partitionOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10).replaceAll("-", "");
}

/** From midnight to midnight, in UTC. */
export function rangeOfDay(day: string): Range {
  const fromMs = Date.parse(`${day}T00:00:00Z`);
  return { fromMs, toMs: fromMs + 86_400_000 };
}

function dayOf(partition: string): string {
  return `${partition.slice(0, 4)}-${partition.slice(4, 6)}-${partition.slice(6)}`;
}
