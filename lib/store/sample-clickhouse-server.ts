/**
 * For tests: the embedded engine behind ClickHouse's HTTP interface, so that the real client speaks
 * to a real ClickHouse. It answers as a server does where Droplens looks: statement in the body or
 * in `query`, `FORMAT` in the statement, `database`, sign-in by basic authentication or by
 * X-ClickHouse-User and -Key, errors as `Code: 81. DB::Exception: … (UNKNOWN_DATABASE)` with
 * X-ClickHouse-Exception-Code. It has neither replicas nor ON CLUSTER.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { collect } from "./engine";
import { createSampleEngine, type SampleEngine } from "./sample-engine";
import type { ServerAddress } from "./server-address";

export type SampleServer = {
  /** How to reach it, signed in, in a database that was made just now. */
  address(change?: Partial<ServerAddress>): Promise<ServerAddress>;
  /** Statements so far, without the rows of inserts. */
  readonly statements: readonly string[];
  /** What the next statements meet; null goes on as ever. */
  interfere(fault: ((statement: string) => Fault | null) | null): void;
  /** Takes no connections until `resume`; those that are open are cut. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
  readonly engine: SampleEngine;
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
  /** That of another server, since a process has but one. */
  engine?: SampleEngine;
};

export async function startSampleServer(options: SampleServerOptions = {}): Promise<SampleServer> {
  const { user = "droplens", password = "p4ss'w\\ord", tls } = options;
  const engine = options.engine ?? createSampleEngine();
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  let interfere: ((statement: string) => Fault | null) | null = null;

  const listener: RequestListener = (request, response) => {
    answer(request, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await listen(0);
  const { port } = server.address() as AddressInfo;

  function listen(at: number): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(at, resolve);
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
    try {
      const bytes = await engine.execute({
        database: url.searchParams.get("database") ?? "default",
        statement,
        rows: inUrl === null ? null : body,
        seconds: Number(url.searchParams.get("max_execution_time") ?? 0),
      });
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

  async function pause(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  return {
    async address(change = {}) {
      return {
        url: `${tls === undefined ? "http" : "https"}://localhost:${port}`,
        user,
        password,
        passwordFile: null,
        database: await engine.makeDatabase(),
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
      if (options.engine === undefined) await engine.stop();
    },
    engine,
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
  const status = code === 516 ? 403 : 500;
  response.writeHead(status, { "x-clickhouse-exception-code": String(code) });
  response.end(`Code: ${code}. DB::Exception: ${words} (${name}) (version 26.7.2.1)\n`);
}
