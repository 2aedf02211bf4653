/**
 * What other processes have stored since this one last looked. Each process numbers its inserts
 * (`batch`: its own number in the upper 20 bits, a counter below) and makes them one after the
 * other, so what has been read of a process is said by one number, and what is read twice or never
 * does not exist. Only what was received lately is looked through.
 */
import type { BinaryReader } from "./binary-reader";
import type { Condition } from "./condition";
import type { StoredDrop } from "./drop-row";
import type { Engine } from "./engine";

/** Bits of the counter. */
const COUNTER = 2n ** 44n;
/** Numbers that processes choose from, by chance. */
export const WRITERS = 2 ** 20;

/** A drop that was stored earlier than this is taken for known: clocks of processes may differ by it. */
const LOOK_BACK_S = 600;

/** Holds for what was stored at or after a whole second, given as `arrived_since`. */
export const ARRIVED_SINCE = "received_at >= toDateTime({arrived_since:UInt32}, 'UTC')";

/** The last batch that was read of each process, and when it was received (seconds). */
export type Position = ReadonlyMap<bigint, { batch: bigint; receivedS: number }>;

export type Arrivals = {
  drops: StoredDrop[];
  position: Position;
  /** Whether there is more already. */
  more: boolean;
};

/** For the 64 bits of `batch`: upper half, lower half. */
export function batchHalves(writer: number, count: number): { high: number; low: number } {
  return { high: writer * 2 ** 12 + Math.floor(count / 2 ** 32), low: count % 2 ** 32 };
}

/** Where everything that can be seen now has been read. */
export async function readPosition(engine: Engine, nowMs: number): Promise<Position> {
  const sql = `SELECT max(batch), toUInt32(max(received_at)) FROM drops
    WHERE received_at >= toDateTime({since:UInt32}, 'UTC') AND batch > 0
    GROUP BY bitShiftRight(batch, 44)`;
  const rows = await engine.select("read", sql, { since: sinceS(nowMs) }, (reader) => ({
    batch: readBatch(reader),
    receivedS: reader.u32(),
  }));
  return new Map(rows.map((row) => [row.batch / COUNTER, row]));
}

/** Holds for what others than `writer` have stored and that lies after the position. */
export function arrivedAfter(position: Position, writer: number, nowMs: number): Condition {
  const own = rangeOf(BigInt(writer));
  const known = [...position.values()].map(({ batch }) => [firstOf(batch), batch] as const);
  const [froms, tos] = [known.map(([from]) => from), known.map(([, to]) => to)];
  return {
    sql: `${ARRIVED_SINCE} AND batch > 0
      AND NOT (batch BETWEEN {arrived_own:UInt64} AND {arrived_own_end:UInt64})
      AND NOT arrayExists((f, t) -> batch BETWEEN f AND t, {arrived_froms:Array(UInt64)}, {arrived_tos:Array(UInt64)})`,
    params: {
      arrived_since: sinceS(nowMs),
      arrived_own: own.from,
      arrived_own_end: own.to,
      arrived_froms: froms,
      arrived_tos: tos,
    },
  };
}

/** Holds for all that was stored, but for what others have stored after the position. */
export function upTo(position: Position, writer: number, nowMs: number): Condition {
  const { sql, params } = arrivedAfter(position, writer, nowMs);
  return { sql: `NOT (${sql})`, params };
}

/** The position behind these batches; what was received long ago is forgotten. */
export function advanced(
  position: Position,
  read: readonly { batch: bigint; receivedS: number }[],
  nowMs: number,
): Position {
  const next = new Map(position);
  for (const { batch, receivedS } of read) {
    const writer = batch / COUNTER;
    const known = next.get(writer);
    if (known === undefined || known.batch < batch) next.set(writer, { batch, receivedS });
  }
  const forgottenS = sinceS(nowMs) - LOOK_BACK_S;
  for (const [writer, { receivedS }] of next) if (receivedS < forgottenS) next.delete(writer);
  return next;
}

export function readBatch(reader: BinaryReader): bigint {
  const low = reader.u32();
  return BigInt(reader.u32()) * 2n ** 32n + BigInt(low);
}

function sinceS(nowMs: number): number {
  return Math.max(0, Math.floor(nowMs / 1_000) - LOOK_BACK_S);
}

function rangeOf(writer: bigint): { from: bigint; to: bigint } {
  return { from: writer * COUNTER, to: (writer + 1n) * COUNTER - 1n };
}

function firstOf(batch: bigint): bigint {
  return (batch / COUNTER) * COUNTER;
}
