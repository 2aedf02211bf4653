/**
 * Brings a data folder to this build's schema. Each migration is recorded after its last statement,
 * so one that was interrupted is run again from its start.
 */
import { AppError } from "@/lib/errors";
import type { Engine } from "./connection";
import { MIGRATIONS, SCHEMA_VERSION } from "./schema";

const SCHEMA_MIGRATIONS = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version UInt32,
  name String,
  applied_at DateTime('UTC') DEFAULT now('UTC')
) ENGINE = MergeTree ORDER BY version SETTINGS fsync_after_insert = 1`;

/** @throws AppError `store-newer` for a folder that a newer Droplens wrote. */
export async function migrate(engine: Engine, folder: string): Promise<void> {
  await engine.run("write", SCHEMA_MIGRATIONS);
  const current = await schemaVersionOf(engine);
  if (current > SCHEMA_VERSION) throw newerSchema(folder, current);
  for (const { version, name, statements } of MIGRATIONS) {
    if (version <= current) continue;
    for (const statement of statements) await engine.run("write", statement);
    await engine.run(
      "write",
      "INSERT INTO schema_migrations (version, name) VALUES ({version:UInt32}, {name:String})",
      { version, name },
    );
  }
}

async function schemaVersionOf(engine: Engine): Promise<number> {
  const sql = "SELECT max(version) FROM schema_migrations";
  const [version] = await engine.select("write", sql, {}, (reader) => reader.u32());
  return version ?? 0;
}

function newerSchema(folder: string, version: number): AppError {
  return new AppError(
    "store-newer",
    `The data folder ${folder} has schema version ${version}, but this Droplens knows only up to ` +
      `version ${SCHEMA_VERSION}. Start the newer Droplens that wrote it, or choose another folder ` +
      "with DROPLENS_DATA_DIR.",
  );
}
