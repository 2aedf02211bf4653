/** How far the logs of what people did go, so that a replica finds out what others have added. */
import type { Engine } from "./engine";

/** Position of the last event of each; 0 for an empty log. */
export type LogHeads = { expectations: number; savedViews: number };

export async function readLogHeads(engine: Engine): Promise<LogHeads> {
  const sql = `SELECT (SELECT max(seq) FROM expectation_events) AS e,
    (SELECT max(seq) FROM saved_view_events) AS v`;
  const [heads] = await engine.select(
    "read",
    `SELECT toUInt64(ifNull(e, 0)), toUInt64(ifNull(v, 0)) FROM (${sql})`,
    {},
    (reader) => ({ expectations: reader.u64(), savedViews: reader.u64() }),
  );
  return heads ?? { expectations: 0, savedViews: 0 };
}
