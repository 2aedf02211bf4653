/**
 * The same statements for a cluster. Tables hold everything on every node, except `drops`: each
 * shard keeps its share in `drops_local`, and `drops` is the Distributed table over them. So a drop
 * is held against the series beside it (`series IN (SELECT id FROM series …)` runs on each shard
 * with what that shard has, which is all of them), and no query needs other words than on one server.
 *
 * Names of tables are whole, because a node that carries out a statement for another may be in
 * another database. What is not known here is refused: a statement that ran on one node alone would be found late.
 */

/** Split over the shards; all other tables are whole on each node. */
const SHARDED = new Set(["drops"]);
/** Which shard a drop is on. */
const SHARDING_KEY = "cityHash64(uuid)";

export type Cluster = { name: string; database: string };

/** The statements of the schema in the order in which they run. @throws Error for others. */
export function onCluster(sql: string, cluster: Cluster): string[] {
  const create =
    /^CREATE TABLE IF NOT EXISTS (\w+) (\([\s\S]*\n\)) ENGINE = (\w*)MergeTree(\([^)]*\))?([\s\S]*)$/.exec(
      sql,
    );
  if (create !== null) {
    const [, table = "", columns = "", kind = "", args = "", rest = ""] = create;
    return createTable({ table, columns, kind, args, rest }, cluster);
  }
  const alter = /^ALTER TABLE (\w+)\s+([\s\S]*)$/.exec(sql);
  if (alter !== null) {
    const [, table = "", changes = ""] = alter;
    return alterTable(table, changes, cluster);
  }
  if (/^INSERT INTO (schema_migrations|claims) /.test(sql)) return [sql];
  throw new Error(`A statement that is not known for a cluster: ${sql.slice(0, 80)}`);
}

type Create = { table: string; columns: string; kind: string; args: string; rest: string };

function createTable({ table, columns, kind, args, rest }: Create, cluster: Cluster): string[] {
  const on = ` ON CLUSTER ${quoted(cluster.name)}`;
  const isSharded = SHARDED.has(table);
  const name = isSharded ? localOf(table) : table;
  const shard = isSharded ? "{shard}" : "all";
  const replica = isSharded ? "{replica}" : "{shard}-{replica}";
  const path = `/clickhouse/tables/${shard}/${cluster.database}/${name}`;
  const given = args.replace(/^\(|\)$/g, "");
  const all = [`'${path}'`, `'${replica}'`, ...(given === "" ? [] : [given])].join(", ");
  const full = (one: string) => `${cluster.database}.${one}`;
  const local = `CREATE TABLE IF NOT EXISTS ${full(name)}${on} ${columns} ENGINE = Replicated${kind}MergeTree(${all})${rest}`;
  if (!isSharded) return [local];
  return [
    local,
    `CREATE TABLE IF NOT EXISTS ${full(table)}${on} AS ${full(name)} ENGINE = Distributed(${quoted(cluster.name)}, ${quoted(cluster.database)}, ${quoted(name)}, ${SHARDING_KEY})`,
  ];
}

/** Columns are changed in both tables of a sharded one, the local first; the rest in the local alone. */
function alterTable(table: string, changes: string, cluster: Cluster): string[] {
  const on = ` ON CLUSTER ${quoted(cluster.name)}`;
  const full = (one: string) => `${cluster.database}.${one}`;
  if (!SHARDED.has(table)) return [`ALTER TABLE ${full(table)}${on} ${changes}`];
  const local = `ALTER TABLE ${full(localOf(table))}${on} ${changes}`;
  const columns = changes
    .split(/,\n\s*/)
    .filter((change) => change.startsWith("ADD COLUMN"))
    // A Distributed table keeps nothing, so it has no codecs.
    .map((change) => change.replace(/ CODEC\(.*\)$/, ""));
  return columns.length === 0
    ? [local]
    : [local, `ALTER TABLE ${full(table)}${on} ${columns.join(", ")}`];
}

/** What the store asks of the system's tables, of one replica of each shard. */
export function askCluster(sql: string, cluster: Cluster): string {
  return (
    sql
      .replaceAll(/\bFROM system\.(parts|detached_parts)\b/g, (_, table: string) => {
        return `FROM cluster(${quoted(cluster.name)}, system, ${table})`;
      })
      .replaceAll("table = 'drops'", "table = 'drops_local'")
      // A node that is asked for another may be in another database.
      .replaceAll("currentDatabase()", quoted(cluster.database))
  );
}

function localOf(table: string): string {
  return `${table}_local`;
}

/** Names are settings: letters, digits, `_`, and for clusters `-` and `.`. */
function quoted(name: string): string {
  return `'${name}'`;
}
