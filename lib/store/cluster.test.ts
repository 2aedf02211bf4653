import { describe, expect, it } from "vitest";
import { askCluster, onCluster } from "./cluster";
import { MIGRATIONS } from "./schema";

const CLUSTER = { name: "main", database: "droplens" };
const ALL = MIGRATIONS.flatMap(({ statements }) => statements);
const ON = ALL.flatMap((sql) => onCluster(sql, CLUSTER));

function statementsOf(table: string): string[] {
  return ON.filter((sql) => new RegExp(`TABLE (IF NOT EXISTS )?droplens\\.${table} `).test(sql));
}

describe("a schema on a cluster", () => {
  it("is made on every node, by every statement", () => {
    for (const sql of ON)
      expect(sql).toMatch(
        /^(CREATE|ALTER) TABLE (IF NOT EXISTS )?droplens\.\w+ ON CLUSTER 'main' /,
      );
  });

  it("has no table that is on one node alone", () => {
    const made = ON.filter((sql) => sql.startsWith("CREATE"));
    for (const sql of made) {
      expect(sql).toMatch(
        / ENGINE = (Replicated\w*MergeTree\('\/clickhouse\/tables\/|Distributed\()/,
      );
    }
  });

  it("keeps all but drops whole on every node, under one path", () => {
    const [series = ""] = statementsOf("series");
    expect(series).toContain(
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/droplens/series', '{shard}-{replica}', written)",
    );
    const [log = ""] = statementsOf("expectation_events");
    expect(log).toContain(
      "ENGINE = ReplicatedMergeTree('/clickhouse/tables/all/droplens/expectation_events', '{shard}-{replica}')",
    );
    expect(log).toContain("fsync_after_insert = 1");
  });

  it("keeps drops in shards, and puts one table over them", () => {
    const [local = ""] = statementsOf("drops_local");
    expect(local).toContain(
      "ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/droplens/drops_local', '{replica}')",
    );
    expect(local).toContain("PARTITION BY toYYYYMMDD(received_at)");
    const [over = ""] = statementsOf("drops");
    expect(over).toBe(
      "CREATE TABLE IF NOT EXISTS droplens.drops ON CLUSTER 'main' AS droplens.drops_local ENGINE = Distributed('main', 'droplens', 'drops_local', cityHash64(uuid))",
    );
  });

  it("changes columns in both, and what is kept beside them in the shards alone", () => {
    const sql =
      "ALTER TABLE drops\n  ADD COLUMN IF NOT EXISTS batch UInt64 CODEC(Delta(8), LZ4),\n  ADD INDEX IF NOT EXISTS arrivals received_at TYPE minmax GRANULARITY 1";
    expect(onCluster(sql, CLUSTER)).toEqual([
      "ALTER TABLE droplens.drops_local ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS batch UInt64 CODEC(Delta(8), LZ4),\n  ADD INDEX IF NOT EXISTS arrivals received_at TYPE minmax GRANULARITY 1",
      "ALTER TABLE droplens.drops ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS batch UInt64",
    ]);
    expect(onCluster("ALTER TABLE drops DROP PARTITION ID '20261121'", CLUSTER)).toEqual([
      "ALTER TABLE droplens.drops_local ON CLUSTER 'main' DROP PARTITION ID '20261121'",
    ]);
  });

  it("has every column of the shards in the table over them", () => {
    const added = (table: string) =>
      statementsOf(table)
        .flatMap((sql) => [...sql.matchAll(/ADD COLUMN IF NOT EXISTS (\w+)/g)])
        .map(([, column]) => column);
    expect(added("drops")).toEqual(added("drops_local"));
  });

  it("refuses a statement that would run on one node alone", () => {
    expect(() => onCluster("OPTIMIZE TABLE drops FINAL", CLUSTER)).toThrow(
      "not known for a cluster",
    );
    expect(() => onCluster("DELETE FROM drops WHERE 1", CLUSTER)).toThrow("not known");
  });
});

describe("questions to a cluster", () => {
  it("about the system's tables ask one replica of each shard", () => {
    const sql =
      "SELECT sumIf(rows, table = 'drops') FROM system.parts WHERE database = currentDatabase()";
    expect(askCluster(sql, CLUSTER)).toBe(
      "SELECT sumIf(rows, table = 'drops_local') FROM cluster('main', system, parts) WHERE database = 'droplens'",
    );
  });

  it("about drops are asked as they are", () => {
    const sql = "SELECT uuid FROM drops WHERE series IN (SELECT id FROM series WHERE port = 53)";
    expect(askCluster(sql, CLUSTER)).toBe(sql);
  });
});
