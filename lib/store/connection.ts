/**
 * The embedded ClickHouse engine (chDB) on one folder, with one connection a lane.
 *
 * A connection runs one statement at a time, so writes, interactive reads and heavy work each have
 * their own and do not wait for each other. Statements run on libuv's thread pool, never on the
 * event loop; those of a lane queue here, so that waiting ones hold no thread.
 */
import type { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { Session } from "chdb";
import { createChdbConnection } from "chdb/connection";
import { AppError, messageOf } from "@/lib/errors";
import { BinaryReader } from "./binary-reader";
import { bindLiterals, stringLiteral } from "./bind";
import { settleWithin } from "./patience";
import { openSpool, type Spool } from "./spool";

export type Lane = "write" | "read" | "heavy";

type Params = Record<string, unknown>;

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
  /** Inserts RowBinary; `rows` is not changed until the promise settles. */
  insert: (table: string, columns: readonly string[], rows: Buffer) => Promise<void>;
  /** Waits for what was queued, at most `patienceMs`, and lets go of the folder. */
  close: (patienceMs: number) => Promise<void>;
};

/**
 * Opens the engine on `folder`, which must exist. With `database` (letters, digits and `_`) every
 * statement is of that one, which is made if missing. Throws what chDB throws.
 */
export function openEngine(folder: string, database?: string): Engine {
  const writer = new Session(folder);
  const spool = openSpool(folder, database);
  const clients = { write: client(folder), read: client(folder), heavy: client(folder) };
  const queues = { write: createQueue(), read: createQueue(), heavy: createQueue() };
  let closed = false;
  const entered = database === undefined ? null : enter(database, writer, clients);
  // Who waits for it is told; nobody need.
  entered?.catch(nothing);
  // A set of expectations is a long condition. Should this fail, long ones fail, and say so.
  for (const lane of ["read", "heavy"] as const) {
    const query = `SET max_query_size = ${MAX_STATEMENT_BYTES}`;
    void queues[lane](() => clients[lane].command({ query })).catch(nothing);
  }

  function inLane<Result>(lane: Lane, task: () => Promise<Result>): Promise<Result> {
    if (closed) return Promise.reject(closedStore());
    // What could not enter its database must not be run in another.
    return queues[lane](entered === null ? task : () => entered.then(task));
  }

  return {
    run: (lane, sql, params = {}) =>
      inLane(lane, async () => {
        await clients[lane].command({ query: bindLiterals(sql, params) });
      }),
    select: (lane, sql, params, decode) =>
      inLane(lane, async () => {
        const query = `${bindLiterals(sql, params)} FORMAT RowBinary`;
        const { stream } = await clients[lane].exec({ query });
        return decodeRows(await collect(stream), decode);
      }),
    insert: (table, columns, rows) =>
      inLane("write", () => insertRows(writer, spool, table, columns, rows)),
    close: async (patienceMs) => {
      if (closed) return;
      closed = true;
      const reads = [queues.read(async () => {}), queues.heavy(async () => {})];
      // In its lane, because a late write must not meet the file's number in other hands.
      const writes = queues.write(async () => spool.close());
      await settleWithin([...reads, writes], patienceMs);
      await Promise.all(Object.values(clients).map((one) => one.close()));
      writer.close();
    },
  };
}

/** Each connection has a database of its own that it is in. */
async function enter(
  database: string,
  writer: Session,
  clients: Record<Lane, ClickHouseClient>,
): Promise<void> {
  await writer.queryAsync(`CREATE DATABASE IF NOT EXISTS ${database}`);
  const query = `USE ${database}`;
  await writer.queryAsync(query);
  for (const one of Object.values(clients)) await one.command({ query });
}

const MAX_STATEMENT_BYTES = 64 << 20;

type ClientConnection = NonNullable<Parameters<typeof createClient>[0]>["connection"];

function client(folder: string): ClickHouseClient {
  // One contract, declared twice: chdb has it from client-common, the client from its own copy.
  const connection = createChdbConnection({ path: folder }) as unknown as ClientConnection;
  return createClient({ connection });
}

/** Runs tasks one after the other. Keeps no result: the last one may be large. */
function createQueue() {
  let tail: Promise<unknown> = Promise.resolve();
  return <Result>(task: () => Promise<Result>): Promise<Result> => {
    const result = tail.then(task);
    tail = result.then(nothing, nothing);
    return result;
  };
}

function nothing(): void {}

/** chDB gives its whole answer in one piece, which is not copied. */
async function collect(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}

/** A large answer is decoded in slices, so that other work of the event loop gets its turn. */
async function decodeRows<Row>(
  bytes: Buffer,
  decode: (reader: BinaryReader) => Row,
): Promise<Row[]> {
  const reader = new BinaryReader(bytes);
  const rows: Row[] = [];
  while (!reader.done) {
    rows.push(decode(reader));
    if (rows.length % ROWS_A_SLICE === 0) await setImmediate();
  }
  return rows;
}

const ROWS_A_SLICE = 20_000;

export function closedStore(): AppError {
  return new AppError("store-unavailable", "The store is closed.");
}

async function insertRows(
  writer: Session,
  spool: Spool,
  table: string,
  columns: readonly string[],
  rows: Buffer,
): Promise<void> {
  const from = `FROM INFILE ${stringLiteral(spool.path)} FORMAT RowBinary`;
  try {
    await spool.fill(rows);
    await writer.queryAsync(`INSERT INTO ${table} (${columns.join(", ")}) ${from}`);
  } catch (cause) {
    throw new AppError(
      "store-unavailable",
      `The store could not write to ${table}: ${messageOf(cause)} Check the disk of ${spool.path}.`,
      { cause },
    );
  }
}
