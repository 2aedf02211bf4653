/** How much the store holds. */
import type { Engine } from "./engine";

export type StoreStats = {
  /** Rows of drops. */
  rows: number;
  /** Size of all tables on disk. */
  diskBytes: number;
  /** Time of the oldest drop kept; null when there is none. */
  oldestMs: number | null;
};

export async function readStats(engine: Engine): Promise<StoreStats> {
  const [size] = await engine.select(
    "read",
    `SELECT sumIf(rows, table = 'drops'), sum(bytes_on_disk) FROM system.parts
      WHERE active AND database = currentDatabase()`,
    {},
    (reader) => ({ rows: reader.u64(), diskBytes: reader.u64() }),
  );
  const [oldestMs] = await engine.select(
    "read",
    "SELECT toUnixTimestamp64Milli(time) FROM drops ORDER BY time LIMIT 1",
    {},
    (reader) => reader.u64(),
  );
  return { rows: size?.rows ?? 0, diskBytes: size?.diskBytes ?? 0, oldestMs: oldestMs ?? null };
}
