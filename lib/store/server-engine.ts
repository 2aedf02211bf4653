/**
 * ClickHouse as a server, over its HTTP interface. The same statements as the embedded engine's,
 * with values bound as literals; rows go and come as RowBinary. Each lane has its own connections,
 * and a bound on how many there are and on how much may wait for them.
 *
 * Answers are whole or they are errors: `wait_end_of_query` makes the server say how a statement
 * ended before it sends the first byte, where it would otherwise put an error amid binary rows.
 */
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { AppError, messageOf } from "@/lib/errors";
import { bindLiterals } from "./bind";
import { askCluster, onCluster } from "./cluster";
import {
  closedStore,
  collect,
  decodeRows,
  type Engine,
  type Lane,
  MAX_STATEMENT_BYTES,
} from "./engine";
import { settleWithin } from "./patience";
import { readCredentials, type ServerAddress } from "./server-address";
import { explainServerError, serverFaultOf } from "./server-error";

/** What a connection is for; statements of the write lane may take longer than its inserts. */
type Use = Lane | "insert";

/** `seconds` is how long a statement may take before the server gives it up. */
const LIMITS: Readonly<Record<Use, { connections: number; seconds: number; waiting: number }>> = {
  insert: { connections: 1, seconds: 8, waiting: 1_000 },
  write: { connections: 2, seconds: 60, waiting: 1_000 },
  read: { connections: 6, seconds: 30, waiting: 300 },
  heavy: { connections: 2, seconds: 600, waiting: 100 },
};

/** How much longer than the server we wait, before we take it for dead. */
const GRACE_SECONDS = 4;

/** The server gives up an insert a little after its time, at the next block. */
const SETTLE_MS = 1_000;

/** An insert that has not ended this long after its begin never will. */
export const INSERT_BOUND_MS = (LIMITS.insert.seconds + GRACE_SECONDS) * 1_000;

export type ServerEngineOptions = {
  address: ServerAddress;
  /** Shorter in tests: how long a statement may take, and how much longer we wait. */
  seconds?: Partial<Record<Use, number>>;
  graceSeconds?: number;
};

/** Opens nothing yet: the first statement finds out whether the server is there. */
export function openServerEngine(options: ServerEngineOptions): Engine {
  const { address, seconds = {}, graceSeconds = GRACE_SECONDS } = options;
  const uses: Use[] = ["insert", "write", "read", "heavy"];
  const clients = new Map<Use, ClickHouseClient>();
  const queues = new Map(uses.map((use) => [use, createTurns(LIMITS[use])]));
  const cluster =
    address.cluster === null ? null : { name: address.cluster, database: address.database };
  let closed = false;

  function clientOf(use: Use): ClickHouseClient {
    const known = clients.get(use);
    if (known !== undefined) return known;
    const takes = seconds[use] ?? LIMITS[use].seconds;
    const client = connect(address, LIMITS[use].connections, takes, graceSeconds);
    clients.set(use, client);
    return client;
  }

  async function forgetClients(): Promise<void> {
    const old = [...clients.values()];
    clients.clear();
    await Promise.allSettled(old.map((client) => client.close()));
  }

  async function inTurn<Result>(
    use: Use,
    task: (client: ClickHouseClient) => Promise<Result>,
  ): Promise<Result> {
    if (closed) throw closedStore();
    const turns = queues.get(use);
    if (turns === undefined) throw closedStore();
    return turns(async () => {
      // It may have waited past the end.
      if (closed) throw closedStore();
      try {
        return await task(clientOf(use));
      } catch (error) {
        const explained = explainServerError(error, address);
        const fault = serverFaultOf(explained);
        // The password or a certificate may have been changed: its file is read again next time.
        if (fault === "sign-in" || fault === "tls") await forgetClients();
        throw explained;
      }
    });
  }

  return {
    run: (lane, sql, params = {}) =>
      inTurn(lane, async (client) => {
        const bound = bindLiterals(sql, params);
        for (const query of cluster === null ? [bound] : onCluster(bound, cluster)) {
          await client.command({ query });
        }
      }),
    select: (lane, sql, params, decode) =>
      inTurn(lane, async (client) => {
        const bound = bindLiterals(sql, params);
        const asked = cluster === null ? bound : askCluster(bound, cluster);
        const query = `${asked} FORMAT RowBinary`;
        const { stream } = await client.exec({ query });
        return decodeRows(await collect(stream), decode);
      }),
    insert: (table, columns, rows, begin) =>
      inTurn("insert", async (client) => {
        begin?.();
        const startedMs = performance.now();
        const query = `INSERT INTO ${table} (${columns.join(", ")}) FORMAT RowBinary`;
        const values = Readable.from([rows], { objectMode: false });
        try {
          const { stream } = await client.exec({ query, values });
          await collect(stream);
        } catch (error) {
          // It may be at work still. Who looks whether it was stored must not look too early.
          const boundMs = (seconds.insert ?? LIMITS.insert.seconds) * 1_000 + SETTLE_MS;
          const leftMs = startedMs + boundMs - performance.now();
          if (isUncertain(explainServerError(error, address))) await sleep(Math.max(0, leftMs));
          throw error;
        }
      }),
    close: async (patienceMs) => {
      if (closed) return;
      closed = true;
      const last = [...queues.values()].map((turns) => turns.idle());
      await settleWithin(last, patienceMs);
      await forgetClients();
    },
  };
}

/** Whether the server may have got the rows: it did not refuse them, and the way to it was there. */
function isUncertain(error: unknown): boolean {
  const fault = serverFaultOf(error);
  if (fault === "timeout" || fault === "replicas") return true;
  if (fault !== "unreachable") return false;
  return !/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/.test(messageOf(error));
}

function connect(
  address: ServerAddress,
  connections: number,
  seconds: number,
  graceSeconds: number,
): ClickHouseClient {
  const { password, tls } = readCredentials(address);
  return createClient({
    url: address.url,
    username: address.user,
    password,
    database: address.database,
    application: "droplens",
    max_open_connections: connections,
    request_timeout: (seconds + graceSeconds) * 1_000,
    // It would log the address and the statement; what fails is told in our own words.
    log: { level: ClickHouseLogLevel.OFF },
    ...(tls === null
      ? {}
      : { tls: tls.cert === null || tls.key === null ? { ca_cert: tls.ca } : mutual(tls) }),
    clickhouse_settings: {
      wait_end_of_query: 1,
      max_execution_time: seconds,
      max_query_size: String(MAX_STATEMENT_BYTES),
      ...(address.cluster === null ? {} : CLUSTER_SETTINGS),
    },
  });
}

/**
 * An insert is acknowledged when every shard has it, and on a majority of its replicas; who reads
 * sees what was acknowledged.
 */
const CLUSTER_SETTINGS = {
  insert_distributed_sync: 1,
  insert_quorum: "auto",
  insert_quorum_parallel: 0,
  select_sequential_consistency: "1",
  distributed_ddl_task_timeout: "60",
} as const;

function mutual(tls: { ca: Buffer; cert: Buffer | null; key: Buffer | null }) {
  const none = Buffer.alloc(0);
  return { ca_cert: tls.ca, cert: tls.cert ?? none, key: tls.key ?? none };
}

/** Runs so many tasks at a time, the first come first. */
function createTurns({ connections, waiting }: { connections: number; waiting: number }) {
  const queue: (() => void)[] = [];
  let running = 0;
  let whenIdle: (() => void)[] = [];

  /** Hands the place on, so that nobody who comes now gets in between. */
  function next(): void {
    const waiter = queue.shift();
    if (waiter === undefined) running -= 1;
    else waiter();
    if (running > 0) return;
    for (const tell of whenIdle) tell();
    whenIdle = [];
  }

  async function turns<Result>(task: () => Promise<Result>): Promise<Result> {
    if (queue.length >= waiting) {
      throw new AppError(
        "unavailable",
        "Too many questions wait for ClickHouse. Try again later.",
        { extra: { fault: "busy" } },
      );
    }
    if (running >= connections) await new Promise<void>((go) => queue.push(go));
    else running += 1;
    try {
      return await task();
    } finally {
      next();
    }
  }

  return Object.assign(turns, {
    idle: () =>
      running === 0 ? Promise.resolve() : new Promise<void>((tell) => whenIdle.push(tell)),
  });
}
