import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "./engine";
import { migrate } from "./migrations";
import { type SampleServer, startSampleServer } from "./sample-clickhouse-server";
import { MIGRATIONS, SCHEMA_VERSION } from "./schema";
import type { ServerAddress } from "./server-address";
import { openServerEngine } from "./server-engine";

/** Set MIGRATION_KILLS=all to end at every statement instead of at some. */
const isLong = process.env.MIGRATION_KILLS === "all";
const STATEMENTS = MIGRATIONS.reduce((sum, { statements }) => sum + statements.length + 1, 1);
const KILLS = isLong
  ? Array.from({ length: STATEMENTS }, (_, at) => at)
  : [1, Math.floor(STATEMENTS / 2), STATEMENTS - 1];

let server: SampleServer;
let reference: Schema;

beforeAll(async () => {
  server = await startSampleServer();
  reference = await migrated(await server.address());
});

afterAll(() => server.stop());

type Schema = { tables: string[]; versions: number[] };

async function withEngine<T>(address: ServerAddress, use: (engine: Engine) => Promise<T>) {
  const engine = openServerEngine({ address });
  try {
    return await use(engine);
  } finally {
    await engine.close(1_000);
  }
}

/** The tables as ClickHouse would make them again, and the versions that are recorded. */
function schemaOf(address: ServerAddress): Promise<Schema> {
  return withEngine(address, async (engine) => {
    const tables = await engine.select(
      "read",
      "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name",
      {},
      (reader) => reader.text().replaceAll(address.database, ""),
    );
    const sql = "SELECT DISTINCT version FROM schema_migrations ORDER BY version";
    return { tables, versions: await engine.select("read", sql, {}, (reader) => reader.u32()) };
  });
}

async function migrated(address: ServerAddress): Promise<Schema> {
  await withEngine(address, (engine) => migrate(engine, address.url));
  return schemaOf(address);
}

/** An engine that is gone after so many statements. */
function dyingAfter(engine: Engine, statements: number): Engine {
  let left = statements;
  return {
    ...engine,
    async run(...statement) {
      if (left === 0) throw new Error("gone");
      left -= 1;
      await engine.run(...statement);
    },
  };
}

describe("migrations", () => {
  it("record each version, and are done once", async () => {
    expect(reference.versions).toEqual(MIGRATIONS.map(({ version }) => version));
    const address = await server.address();
    await migrated(address);
    const before = server.statements.length;
    expect(await migrated(address)).toEqual(reference);
    const again = server.statements.slice(before).filter((sql) => /^(ALTER|INSERT)/.test(sql));
    expect(again).toEqual([]);
  });

  it("F40: of many who start at once make the one schema", { timeout: 60_000 }, async () => {
    const address = await server.address();
    const engines = Array.from({ length: 5 }, () => openServerEngine({ address }));
    await Promise.all(engines.map((engine) => migrate(engine, address.url)));
    await Promise.all(engines.map((engine) => engine.close(1_000)));
    expect(await schemaOf(address)).toEqual(reference);
  });

  it("F40: that end at any statement are finished by the next", { timeout: 120_000 }, async () => {
    for (let statements = 0; statements < STATEMENTS; statements += isLong ? 1 : 3) {
      const address = await server.address();
      const interrupted = withEngine(address, (engine) =>
        migrate(dyingAfter(engine, statements), address.url),
      );
      await expect(interrupted).rejects.toThrow("gone");
      expect(await migrated(address), `after ${statements} statements`).toEqual(reference);
    }
  });

  it.each(KILLS)(
    "F40: of a process that is killed at statement %i are finished by two that start at once",
    {
      timeout: 60_000,
    },
    async (statement) => {
      const address = await server.address();
      const script = join(import.meta.dirname, "migrate-once.ts");
      let seen = 0;
      let reached: () => void = () => {};
      const reach = new Promise<void>((resolve) => {
        reached = resolve;
      });
      server.interfere((sql) => {
        if (!/^(CREATE|ALTER|INSERT)/.test(sql)) return null;
        seen += 1;
        if (seen <= statement) return null;
        reached();
        // Whether the server carries out what it was asked last is left to chance.
        return seen % 2 === 0 ? { kind: "hang" } : { kind: "cut" };
      });
      const child = spawn(process.execPath, ["--import", "tsx", script, JSON.stringify(address)]);
      await reach;
      child.kill("SIGKILL");
      await once(child, "exit");
      server.interfere(null);
      const engines = [openServerEngine({ address }), openServerEngine({ address })];
      await Promise.all(engines.map((engine) => migrate(engine, address.url)));
      await Promise.all(engines.map((engine) => engine.close(1_000)));
      expect(await schemaOf(address)).toEqual(reference);
    },
  );

  it("F41: of a newer Droplens are left alone, and named", async () => {
    const address = await server.address();
    await migrated(address);
    await withEngine(address, async (engine) => {
      const sql = "INSERT INTO schema_migrations (version, name) VALUES ({v:UInt32}, 'later')";
      await engine.run("write", sql, { v: 99 });
      await expect(migrate(engine, address.url)).rejects.toThrow(
        new RegExp(`database at ${address.url}.*99.*version ${SCHEMA_VERSION}\\b`, "s"),
      );
    });
  });
});
