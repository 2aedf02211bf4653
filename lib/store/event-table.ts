/**
 * The append-only logs of what people did, each a table of the same shape. An appended event is on
 * the disk.
 */
import { BinaryWriter } from "./binary-writer";
import type { Engine } from "./engine";

export type EventTable = "expectation_events" | "saved_view_events";

export type EventRow = {
  /** Position in the log, from 1; the caller counts. */
  seq: number;
  /** What it is about: an expectation, a saved view. */
  id: string;
  /** What was done with it. */
  type: string;
  /** Who did it, as they were called then. */
  actor: string;
  atMs: number;
  /** JSON, as the caller wrote it. */
  body: string;
};

const COLUMNS = ["seq", "id", "type", "actor", "at", "body"];

/** All of them or, where it throws, most likely none: one insert is one block. */
export async function appendEvents(
  engine: Engine,
  table: EventTable,
  events: readonly EventRow[],
): Promise<void> {
  if (events.length === 0) return;
  const writer = new BinaryWriter(events.length * 1_024);
  for (const event of events) {
    writer.u64(Math.floor(event.seq / 0x1_0000_0000), event.seq % 0x1_0000_0000);
    writer.text(event.id);
    writer.text(event.type);
    writer.text(event.actor);
    writer.millis(event.atMs);
    writer.text(event.body);
  }
  await engine.insert(table, COLUMNS, writer.bytes());
}

/** The whole log in order. */
export function selectEvents(engine: Engine, table: EventTable): Promise<EventRow[]> {
  const sql = `SELECT seq, id, type, actor, toUnixTimestamp64Milli(at), body
    FROM ${table} ORDER BY seq`;
  return engine.select("read", sql, {}, (reader) => ({
    seq: reader.u64(),
    id: reader.text(),
    type: reader.text(),
    actor: reader.text(),
    atMs: reader.u64(),
    body: reader.text(),
  }));
}
