/**
 * The embedded ClickHouse engine (chDB) on one folder, with one connection a lane.
 *
 * A connection runs one statement at a time, so writes, interactive reads and heavy work each have
 * their own and do not wait for each other. Statements run on libuv's thread pool, never on the
 * event loop; those of a lane queue here, so that waiting ones hold no thread.
 */
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import type { Session } from "chdb";
import { AppError, messageOf } from "@/lib/errors";
import { keepInBackground } from "./background-threads";
import { bindLiterals, stringLiteral } from "./bind";
import { embedded } from "./embedded-library";
import {
  closedStore,
  collect,
  decodeRows,
  type Engine,
  type Lane,
  MAX_STATEMENT_BYTES,
} from "./engine";
import { settleWithin } from "./patience";
import { openSpool, type Spool } from "./spool";

/**
 * Opens the engine on `folder`, which must exist. With `database` (letters, digits and `_`) every
 * statement is of that one, which is made if missing. `loadEmbedded` comes first. Throws what chDB
 * throws.
 */
export function openEngine(folder: string, database?: string): Engine {
  const writer = new (embedded().Session)(folder);
  keepInBackground();
  const spool = openSpool(folder, database);
  const clients = { write: client(folder), read: client(folder), heavy: client(folder) };
  const queues = { write: createQueue(), read: createQueue(), heavy: createQueue() };
  let closed = false;
  const entered = database === undefined ? null : enter(database, writer, clients);
  // Who waits for it is told; nobody need.
  entered?.catch(nothing);
  // A set of expectations is a long condition, and so are the uuids that are looked up before a
  // write. Should this fail, long ones fail, and say so.
  for (const lane of ["write", "read", "heavy"] as const) {
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
    insert: (table, columns, rows, begin) =>
      inLane("write", () => {
        begin?.();
        return insertRows(writer, spool, table, columns, rows);
      }),
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

type ClientConnection = NonNullable<Parameters<typeof createClient>[0]>["connection"];

function client(folder: string): ClickHouseClient {
  // One contract, declared twice: chdb has it from client-common, the client from its own copy.
  const connection = embedded().createChdbConnection({
    path: folder,
  }) as unknown as ClientConnection;
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
