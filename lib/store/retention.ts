/**
 * How long rows are kept, as TTL clauses of the tables. Rows age from when they were written, so
 * a recording from last year that is read today stays as long as today's drops do. Series and first
 * times go only when nothing can refer to them any more.
 */
import type { Engine } from "./engine";

/** Series are written again once a day at most, so theirs ends this much later than their drops'. */
const SERIES_SLACK_DAYS = 2;

/**
 * Sets the clauses that differ from what the tables have. What is kept already is dated again in
 * the background, without being rewritten (`materialize_ttl_recalculate_only`).
 */
export async function setRetention(engine: Engine, days: number): Promise<void> {
  const clauses: Record<string, string> = {
    drops: `received_at + toIntervalDay(${days})`,
    coverage: `written + toIntervalDay(${days})`,
    series: `written + toIntervalDay(${days + SERIES_SLACK_DAYS})`,
    first_seen: `written + toIntervalDay(${days + SERIES_SLACK_DAYS})`,
  };
  const tables = await engine.select(
    "write",
    `SELECT replaceOne(name, '_local', ''), create_table_query FROM system.tables
      WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree')`,
    {},
    (reader) => ({ name: reader.text(), definition: reader.text() }),
  );
  for (const { name, definition } of tables) {
    const clause = clauses[name];
    if (clause === undefined || definition.includes(`TTL ${clause}`)) continue;
    await engine.run(
      "write",
      `ALTER TABLE ${name} MODIFY TTL ${clause} SETTINGS mutations_sync = 0`,
    );
  }
}
