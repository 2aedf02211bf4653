/** The statements that read drops one by one, a page at a time: for the list and for exports. */
import type { DropCursor } from "@/lib/drops/drop-cursor";
import { ALL_DROPS, type Condition } from "./condition";
import { EVIDENCE_COLUMNS, NO_EVIDENCE, READ_COLUMNS } from "./drop-row";
import { IN_RANGE, type Range, rangeParams, wholeMs } from "./time";

type Page = Range & { where?: Condition; limit: number };

export type DropList = Page & { before?: DropCursor };

/** `raw` is whether the flows are asked for too. */
export type EvidenceList = Page & { after?: DropCursor; raw: boolean };

type Statement = { sql: string; params: Record<string, unknown> };

const PLACE_TIME =
  "fromUnixTimestamp64Nano({page_time:Int64} * 1000000 + {page_nanos:UInt32}, 'UTC')";
const PLACE = `(${PLACE_TIME}, {page_uuid:String})`;

/** Newest first. */
export function listQuery({ before, ...page }: DropList): Statement {
  const { where = ALL_DROPS } = page;
  const older = before === undefined ? "" : `AND time <= ${PLACE_TIME} AND (time, uuid) < ${PLACE}`;
  const sql = `SELECT ${READ_COLUMNS} FROM drops WHERE ${IN_RANGE} ${older} AND (${where.sql})
    ORDER BY time DESC, uuid DESC LIMIT {page_limit:UInt32}`;
  return { sql, params: pageParams(page, before) };
}

/** Oldest first, with the flows or with nothing in their place. */
export function evidenceQuery({ after, raw, ...page }: EvidenceList): Statement {
  const { where = ALL_DROPS } = page;
  const newer = after === undefined ? "" : `AND time >= ${PLACE_TIME} AND (time, uuid) > ${PLACE}`;
  const sql = `SELECT ${READ_COLUMNS}, ${raw ? EVIDENCE_COLUMNS : NO_EVIDENCE} FROM drops
    WHERE ${IN_RANGE} ${newer} AND (${where.sql}) ORDER BY time, uuid LIMIT {page_limit:UInt32}`;
  return { sql, params: pageParams(page, after) };
}

function pageParams({ where = ALL_DROPS, limit, ...range }: Page, place: DropCursor | undefined) {
  return {
    ...where.params,
    ...rangeParams(range),
    page_limit: limit,
    page_time: wholeMs(place?.timeMs ?? 0),
    page_nanos: place?.timeNanos ?? 0,
    page_uuid: place?.uuid ?? "",
  };
}
