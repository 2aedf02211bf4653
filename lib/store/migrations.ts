/**
 * Brings a store to this build's schema. Each migration is recorded after its last statement, so one
 * that was interrupted is run again from its start; and every statement may run again, so two that
 * start at once on one server do the same work twice and nothing else. Where they meet on one table
 * the server may refuse one of them, which then waits and tries again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError, messageOf } from "@/lib/errors";
import type { Engine } from "./engine";
import { MIGRATIONS, SCHEMA_VERSION } from "./schema";

const SCHEMA_MIGRATIONS = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version UInt32,
  name String,
  applied_at DateTime('UTC') DEFAULT now('UTC')
) ENGINE = MergeTree ORDER BY version SETTINGS fsync_after_insert = 1`;

/**
 * @param place a data folder, or where a server is.
 * @throws AppError `store-newer` for a store that a newer Droplens wrote.
 */
export async function migrate(engine: Engine, place: string): Promise<void> {
  await again(() => engine.run("write", SCHEMA_MIGRATIONS));
  const current = await schemaVersionOf(engine);
  if (current > SCHEMA_VERSION) throw newerSchema(place, current);
  for (const { version, name, statements } of MIGRATIONS) {
    if (version <= current) continue;
    for (const statement of statements) await again(() => engine.run("write", statement));
    await engine.run(
      "write",
      "INSERT INTO schema_migrations (version, name) VALUES ({version:UInt32}, {name:String})",
      { version, name },
    );
  }
}

/** Two of us at one table: its metadata changes under the other's hands. */
const MEETING =
  /TABLE_ALREADY_EXISTS|CANNOT_ASSIGN_ALTER|DUPLICATE_COLUMN|DDL_GUARD|DEADLOCK_AVOIDED|UNFINISHED/;
const TRIES = 6;
const PAUSE_MS = 200;

async function again(statement: () => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await statement();
    } catch (error) {
      const { type } = error as { type?: unknown };
      if (tried === TRIES || !MEETING.test(`${String(type)} ${messageOf(error)}`)) throw error;
      await sleep(PAUSE_MS * tried * (0.5 + Math.random()));
    }
  }
}

async function schemaVersionOf(engine: Engine): Promise<number> {
  const sql = "SELECT max(version) FROM schema_migrations";
  const [version] = await engine.select("write", sql, {}, (reader) => reader.u32());
  return version ?? 0;
}

function newerSchema(place: string, version: number): AppError {
  const isServer = /^https?:/.test(place);
  return new AppError(
    "store-newer",
    `${isServer ? "The database at" : "The data folder"} ${place} has schema version ${version}, but this ` +
      `Droplens knows only up to version ${SCHEMA_VERSION}. Start the newer Droplens that wrote it, or ` +
      `choose another ${isServer ? "with DROPLENS_CLICKHOUSE_DATABASE" : "folder with DROPLENS_DATA_DIR"}.`,
  );
}
