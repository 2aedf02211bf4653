/**
 * The embedded ClickHouse engine (chDB) on one folder, with one connection a lane.
 *
 * A connection runs one statement at a time, so writes, interactive reads and heavy work each have
 * their own and do not wait for each other. Statements run on libuv's thread pool, never on the
 * event loop; those of a lane queue here, so that waiting ones hold no thread.
 */
import { createRequire } from "node:module";
import { buffer as collect } from "node:stream/consumers";
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { Session } from "chdb";
import { createChdbConnection } from "chdb/connection";
import { BinaryReader } from "./binary-reader";
import { bindLiterals } from "./bind";

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

/** Opens the engine on `folder`, which must exist. Throws what chDB throws. */
export function openEngine(folder: string): Engine {
  const writer = new Session(folder);
  const clients = { write: client(folder), read: client(folder), heavy: client(folder) };
  const lanes = { write: createQueue(), read: createQueue(), heavy: createQueue() };

  return {
    run: (lane, sql, params = {}) =>
      lanes[lane](async () => {
        await clients[lane].command({ query: bindLiterals(sql, params) });
      }),
    select: (lane, sql, params, decode) =>
      lanes[lane](async () => {
        const query = `${bindLiterals(sql, params)} FORMAT RowBinary`;
        const { stream } = await clients[lane].exec({ query });
        return decodeRows(await collect(stream), decode);
      }),
    insert: (table, columns, rows) => lanes.write(() => insertRaw(writer, table, columns, rows)),
    close: async (patienceMs) => {
      const idle = Object.values(lanes).map((lane) => lane(async () => {}));
      await Promise.race([Promise.allSettled(idle), delay(patienceMs)]);
      await Promise.all(Object.values(clients).map((one) => one.close()));
      writer.close();
    },
  };
}

type ClientConnection = NonNullable<Parameters<typeof createClient>[0]>["connection"];

function client(folder: string): ClickHouseClient {
  // One contract, declared twice: chdb has it from client-common, the client from its own copy.
  const connection = createChdbConnection({ path: folder }) as unknown as ClientConnection;
  return createClient({ connection });
}

/** Runs tasks one after the other. */
function createQueue() {
  let tail: Promise<unknown> = Promise.resolve();
  return <Result>(task: () => Promise<Result>): Promise<Result> => {
    const result = tail.then(task);
    tail = result.catch(() => {});
    return result;
  };
}

function decodeRows<Row>(bytes: Buffer, decode: (reader: BinaryReader) => Row): Row[] {
  const reader = new BinaryReader(bytes);
  const rows: Row[] = [];
  while (!reader.done) rows.push(decode(reader));
  return rows;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

type Addon = {
  InsertRawAsyncConnection: (
    connection: unknown,
    statement: string,
    rows: Buffer,
    countLines: boolean,
  ) => Promise<unknown>;
};

/**
 * chDB's JavaScript passes only text formats, and `@clickhouse/client` would turn the rows into a
 * string; the addon beneath both takes any format and copies nothing. This is the one place that
 * knows it; the version of chdb is pinned, and the round trip of a drop is its test.
 */
async function insertRaw(
  session: Session,
  table: string,
  columns: readonly string[],
  rows: Buffer,
): Promise<void> {
  const { connection } = session as unknown as { connection: unknown };
  const statement = `INSERT INTO ${table} (${columns.join(", ")}) FORMAT RowBinary`;
  await addon().InsertRawAsyncConnection(connection, statement, rows, false);
}

const ADDONS: Readonly<Record<string, string>> = {
  "linux-x64": "@chdb/lib-linux-x64-gnu",
  "linux-arm64": "@chdb/lib-linux-arm64-gnu",
  "darwin-x64": "@chdb/lib-darwin-x64",
  "darwin-arm64": "@chdb/lib-darwin-arm64",
};

let loaded: Addon | undefined;

function addon(): Addon {
  if (loaded === undefined) {
    const name = ADDONS[`${process.platform}-${process.arch}`];
    if (name === undefined)
      throw new Error(`chDB has no build for ${process.platform}-${process.arch}.`);
    const requireFromHere = createRequire(import.meta.url);
    loaded = createRequire(requireFromHere.resolve("chdb"))(name) as Addon;
  }
  return loaded;
}
