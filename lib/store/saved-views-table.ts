/** The append-only log of saved views. An appended event is on the disk. */
import { BinaryWriter } from "./binary-writer";
import type { Engine } from "./connection";

export type SavedViewEventRow = {
  /** Position in the log, from 1; the caller counts. */
  seq: number;
  /** The view it is about. */
  id: string;
  /** `saved` or `removed`. */
  type: string;
  /** Who did it, as they were called then. */
  actor: string;
  atMs: number;
  /** JSON, as the caller wrote it. */
  body: string;
};

const COLUMNS = ["seq", "id", "type", "actor", "at", "body"];

export async function appendSavedViewEvent(
  engine: Engine,
  event: SavedViewEventRow,
): Promise<void> {
  const writer = new BinaryWriter(256);
  writer.u64(Math.floor(event.seq / 0x1_0000_0000), event.seq % 0x1_0000_0000);
  writer.text(event.id);
  writer.text(event.type);
  writer.text(event.actor);
  writer.millis(event.atMs);
  writer.text(event.body);
  await engine.insert("saved_view_events", COLUMNS, writer.bytes());
}

/** The whole log in order. */
export function selectSavedViewEvents(engine: Engine): Promise<SavedViewEventRow[]> {
  const sql = `SELECT seq, id, type, actor, toUnixTimestamp64Milli(at), body
    FROM saved_view_events ORDER BY seq`;
  return engine.select("read", sql, {}, (reader) => ({
    seq: reader.u64(),
    id: reader.text(),
    type: reader.text(),
    actor: reader.text(),
    atMs: reader.u64(),
    body: reader.text(),
  }));
}
