/**
 * For tests: the embedded engine behind ClickHouse's HTTP interface, so that the real client speaks
 * to a real ClickHouse. It answers as a server does where Droplens looks: statement in the body or
 * in `query`, `FORMAT` in the statement, `database`, sign-in by basic authentication or by
 * X-ClickHouse-User and -Key, errors as `Code: 81. DB::Exception: … (UNKNOWN_DATABASE)` with
 * X-ClickHouse-Exception-Code. It has neither replicas nor ON CLUSTER.
 *
 * chDB takes one folder a process: several stores of a process share one server, each with a
 * database of its own.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Session } from "chdb";
import { collect } from "./engine";
import type { ServerAddress } from "./server-address";

export type SampleServer = {
  /** How to reach it, signed in, in a database that was made just now. */
  address(change?: Partial<ServerAddress>): Promise<ServerAddress>;
  /** Statements so far, without the rows of inserts. */
  readonly statements: readonly string[];
  /** What the next statements meet: the first that answers something decides. */
  interfere(fault: ((statement: string) => Fault | null) | null): void;
  /** Takes no connections until `resume`; those that are open are cut. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * - `error`: answered in its place. - `hang`: never answered. - `cut`: done, and the connection
 * ends before the answer. - `late`: answered once the promise resolves.
 */
export type Fault =
  | { kind: "error"; code: number; name: string; words: string }
  | { kind: "hang" }
  | { kind: "cut" }
  | { kind: "late"; until: Promise<unknown> };

export type SampleServerOptions = {
  user?: string;
  password?: string;
  tls?: { key: string; cert: string; caFile: string };
};

type Database = { session: Session; turn: Promise<unknown>; seconds: number };

export async function startSampleServer(options: SampleServerOptions = {}): Promise<SampleServer> {
  const { user = "droplens", password = "p4ss'w\\ord", tls } = options;
  const folder = mkdtempSync(join(tmpdir(), "droplens-clickhouse-"));
  const root = new Session(join(folder, "engine"));
  /** Two connections each, so that a read goes on beside a write, as on a server. */
  const databases = new Map<string, Database[]>();
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  let interfere: ((statement: string) => Fault | null) | null = null;
  let made = 0;
  let inserted = 0;

  const listener: RequestListener = (request, response) => {
    void answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) refuse(response, 1002, "UNKNOWN_EXCEPTION", String(error));
      else response.destroy();
    });
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await listen(0);
  const port = (server.address() as AddressInfo).port;

  function listen(at: number): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(at, "127.0.0.1", resolve);
    });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const body = await collect(request);
    if (url.pathname === "/ping") return void response.end("Ok.\n");
    if (!isSignedIn(request, user, password)) {
      const words = `${user}: Authentication failed: password is incorrect, or there is no user with such name.`;
      return refuse(response, 516, "AUTHENTICATION_FAILED", words);
    }
    const inUrl = url.searchParams.get("query");
    const statement = inUrl ?? body.toString("utf8");
    statements.push(statement);
    const fault = interfere?.(statement) ?? null;
    if (fault?.kind === "hang") return;
    if (fault?.kind === "error") return refuse(response, fault.code, fault.name, fault.words);
    const rows = inUrl === null ? null : body;
    const seconds = Number(url.searchParams.get("max_execution_time") ?? 0);
    try {
      const database = databaseOf(url.searchParams.get("database") ?? "default", rows !== null);
      const bytes = await inTurn(database, () => execute(database, statement, rows, seconds));
      if (fault?.kind === "cut") return void response.destroy();
      if (fault?.kind === "late") await fault.until;
      response.setHeader("content-type", "application/octet-stream");
      response.setHeader("x-clickhouse-summary", "{}");
      response.end(bytes);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const code = /Code: (\d+)/.exec(words)?.[1] ?? "1002";
      response.writeHead(500, { "x-clickhouse-exception-code": code });
      response.end(words);
    }
  }

  /** @throws as ClickHouse does for a database that is not there. */
  function databaseOf(name: string, isInsert: boolean): Database {
    const pair = databases.get(name);
    const found = isInsert ? pair?.[0] : pair?.reduce((a, b) => (busy(a) <= busy(b) ? a : b));
    if (found !== undefined) return found;
    throw new Error(
      `Code: 81. DB::Exception: Database ${name} does not exist. (UNKNOWN_DATABASE) (version 26.7.2.1)`,
    );
  }

  const waiting = new Map<Database, number>();
  const busy = (database: Database) => waiting.get(database) ?? 0;

  function inTurn<Result>(database: Database, task: () => Promise<Result>): Promise<Result> {
    waiting.set(database, busy(database) + 1);
    const result = database.turn.then(task);
    const done = () => waiting.set(database, busy(database) - 1);
    database.turn = result.then(done, done);
    return result;
  }

  async function execute(
    database: Database,
    statement: string,
    rows: Buffer | null,
    seconds: number,
  ): Promise<Uint8Array> {
    if (seconds !== database.seconds) {
      await database.session.queryAsync(`SET max_execution_time = ${seconds}`);
      database.seconds = seconds;
    }
    if (rows === null) return (await database.session.queryAsync(statement)).bytes();
    inserted += 1;
    const file = join(folder, `${inserted}.rows`);
    writeFileSync(file, rows);
    try {
      const from = statement.replace(/ FORMAT (\w+)$/, ` FROM INFILE '${file}' FORMAT $1`);
      return (await database.session.queryAsync(from)).bytes();
    } finally {
      rmSync(file, { force: true });
    }
  }

  async function pause(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  return {
    async address(change = {}) {
      made += 1;
      const database = `sample_${made}`;
      await root.queryAsync(`CREATE DATABASE ${database}`);
      const pair: Database[] = [];
      for (let index = 0; index < 2; index += 1) {
        const session = new Session(join(folder, "engine"));
        await session.queryAsync(`USE ${database}`);
        await session.queryAsync("SET max_query_size = 67108864");
        pair.push({ session, turn: Promise.resolve(), seconds: 0 });
      }
      databases.set(database, pair);
      return {
        url: `${tls === undefined ? "http" : "https"}://localhost:${port}`,
        user,
        password,
        passwordFile: null,
        database,
        caFile: tls?.caFile ?? null,
        certFile: null,
        keyFile: null,
        cluster: null,
        ...change,
      };
    },
    statements,
    interfere(fault) {
      interfere = fault;
    },
    pause,
    resume: () => listen(port),
    async stop() {
      if (server.listening) await pause();
      for (const { session, turn } of [...databases.values()].flat()) {
        await turn;
        session.close();
      }
      root.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isSignedIn({ headers }: IncomingMessage, user: string, password: string): boolean {
  if (headers["x-clickhouse-user"] !== undefined) {
    return headers["x-clickhouse-user"] === user && headers["x-clickhouse-key"] === password;
  }
  const given = Buffer.from((headers.authorization ?? "").replace(/^Basic /, ""), "base64");
  return given.toString("utf8") === `${user}:${password}`;
}

function refuse(response: ServerResponse, code: number, name: string, words: string): void {
  const status = code === 516 ? 403 : code === 81 ? 404 : 500;
  response.writeHead(status, { "x-clickhouse-exception-code": String(code) });
  response.end(`Code: ${code}. DB::Exception: ${words} (${name}) (version 26.7.2.1)\n`);
}
