/**
 * What the tables ask of ClickHouse, whichever form it has: embedded in this process
 * (`connection.ts`) or a server by URL (`server-engine.ts`).
 */

import { AppError } from "@/lib/errors";
import { createSlices } from "@/lib/turns";
import { BinaryReader } from "./binary-reader";

/** Writes, interactive reads and heavy work do not wait for each other. */
export type Lane = "write" | "read" | "heavy";

export type Params = Record<string, unknown>;

export type Engine = {
  /** Runs a statement that answers nothing. */
  run: (lane: Lane, sql: string, params?: Params) => Promise<void>;
  /** Runs a SELECT (without FORMAT) and decodes each row, whose columns `decode` reads in order. */
  select: <Row>(
    lane: Lane,
    sql: string,
    params: Params,
    decode: (reader: BinaryReader) => Row,
  ) => Promise<Row[]>;
  /**
   * Inserts RowBinary; `rows` is not changed until the promise settles. `begin` runs right before
   * the insert begins; where it throws nothing is inserted.
   */
  insert: (
    table: string,
    columns: readonly string[],
    rows: Buffer,
    begin?: () => void,
  ) => Promise<void>;
  /** Waits for what was queued, at most `patienceMs`, and lets go of the store. */
  close: (patienceMs: number) => Promise<void>;
};

/** A set of expectations is a long condition. */
export const MAX_STATEMENT_BYTES = 64 << 20;

/** A large answer is decoded in slices, so that other work of the event loop gets its turn. */
export async function decodeRows<Row>(
  bytes: Buffer,
  decode: (reader: BinaryReader) => Row,
): Promise<Row[]> {
  const reader = new BinaryReader(bytes);
  const slices = createSlices();
  const rows: Row[] = [];
  while (!reader.done) {
    rows.push(decode(reader));
    if (slices.isUp()) await slices.next();
  }
  return rows;
}

/** One buffer of what a stream gives; an answer in one piece is not copied. */
export async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}

export function closedStore(): AppError {
  return new AppError("store-unavailable", "The store is closed.");
}
