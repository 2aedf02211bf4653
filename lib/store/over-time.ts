/** How the attempts of classes of series lie over time. */
import { ALL_DROPS, type Condition } from "./condition";
import type { Engine, Lane } from "./engine";
import type { Split } from "./expected-sql";
import { seriesIdParam } from "./series-id";
import { countSql } from "./slots";
import { cutBy, type SnapshotRow, stepsOf, timeKey } from "./snapshot";
import type { Range } from "./time";

export type OverTimeOptions = Range & {
  stepMs: number;
  /** Buckets are put together into so many parts of the range. */
  parts?: number;
  where?: Condition;
  split: Split;
  /** The class of each series by its id, from 1. */
  classes: ReadonlyMap<string, number>;
  lane?: Lane;
};

export type OverTimeRow = Pick<SnapshotRow, "bucketMs" | "answers" | "segment" | "attempts"> & {
  /** 0 for a series that is in no class. */
  classNumber: number;
};

/** One row for each class, bucket and part of the split that has drops, in no order. */
export function countOverTime(
  engine: Engine,
  { stepMs, parts, where = ALL_DROPS, split, classes, lane = "read", ...range }: OverTimeOptions,
): Promise<OverTimeRow[]> {
  const cut = cutBy(split);
  const known = {
    classed: [...classes.keys()].map(seriesIdParam),
    classes: [...classes.values()],
  };
  const classOf =
    "transform(series, {classed:Array(UInt64)}, {classes:Array(UInt32)}, toUInt32(0))";
  const time = timeKey(Math.floor(stepMs), range, parts);
  const { sql, params } = countSql({
    range,
    where: { sql: where.sql, params: { ...where.params, ...cut.params, ...known } },
    keys: (nanos) => [
      classes.size === 0 ? "toUInt32(0)" : classOf,
      time.sql(nanos),
      ...cut.keys(nanos),
    ],
    ...stepsOf(split, time.stepMs),
    times: false,
  });
  const answer = `SELECT * EXCEPT (n_drops) FROM (${sql})`;
  return engine.select(lane, answer, params, (reader) => {
    const classNumber = reader.u32();
    const bucketMs = time.read(reader.u64());
    const answers = cut.answers(reader);
    return {
      classNumber,
      bucketMs,
      answers,
      segment: cut.segment(reader),
      attempts: reader.u64(),
    };
  });
}
