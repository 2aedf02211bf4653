/** The append-only log of what people said is expected. An appended event is on the disk. */
import { BinaryWriter } from "./binary-writer";
import type { Engine } from "./connection";

export type ExpectationEventRow = {
  /** Position in the log, from 1; the caller counts. */
  seq: number;
  /** The expectation it is about. */
  id: string;
  type: string;
  actor: string;
  atMs: number;
  /** JSON, as the caller wrote it. */
  body: string;
};

/** All of them or, where it throws, most likely none: one insert is one block. */
export async function appendExpectationEvents(
  engine: Engine,
  events: readonly ExpectationEventRow[],
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
  const columns = ["seq", "id", "type", "actor", "at", "body"];
  await engine.insert("expectation_events", columns, writer.bytes());
}

/** The whole log in order. */
export function selectExpectationEvents(engine: Engine): Promise<ExpectationEventRow[]> {
  const sql = `SELECT seq, id, type, actor, toUnixTimestamp64Milli(at), body
    FROM expectation_events ORDER BY seq`;
  return engine.select("read", sql, {}, (reader) => ({
    seq: reader.u64(),
    id: reader.text(),
    type: reader.text(),
    actor: reader.text(),
    atMs: reader.u64(),
    body: reader.text(),
  }));
}
