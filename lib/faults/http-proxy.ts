/**
 * For tests: an HTTP proxy that stands before Droplens as operators' proxies do, and does what they
 * do wrong: holds answers back, cuts them, changes headers, compresses, and asks for a sign-in.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Transform } from "node:stream";
import { constants, createGzip } from "node:zlib";

export type HttpFaults = {
  /** An answer is sent when it is whole: a stream never is. */
  holdsBack: boolean;
  /** Breaks an answer off so long after its begin, cleanly or in the middle of a piece. */
  cutAfterMs: number | null;
  /** Headers of requests that are taken away, in lower case. */
  strip: readonly string[];
  gzip: boolean;
  /** Answers instead of Droplens; null: Droplens answers. */
  instead: ((path: string) => Instead | null) | null;
  /** Changes the text of answers, piece by piece. */
  rewrite: ((text: string, path: string) => string) | null;
};

export type Instead = { status: number; headers?: Record<string, string>; body?: string };

export type HttpProxy = {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** Answers that are under way. */
  readonly open: number;
  set(faults: Partial<HttpFaults>): void;
  /** Breaks off every answer that is under way. */
  cut(): void;
  close(): Promise<void>;
};

const NO_FAULTS: HttpFaults = {
  holdsBack: false,
  cutAfterMs: null,
  strip: [],
  gzip: false,
  instead: null,
  rewrite: null,
};

/** Listens on a port of the loopback address that the system chooses; `target` is a port there too. */
export async function startHttpProxy(target: number): Promise<HttpProxy> {
  let faults: HttpFaults = { ...NO_FAULTS };
  const asked: string[] = [];
  const open = new Set<ServerResponse>();

  function carry(from: IncomingMessage, to: ServerResponse): void {
    const path = from.url ?? "/";
    asked.push(path);
    const instead = faults.instead?.(path) ?? null;
    if (instead !== null) {
      to.writeHead(instead.status, instead.headers).end(instead.body ?? "");
      return;
    }
    const headers = { ...from.headers };
    for (const name of faults.strip) delete headers[name];
    // What is changed on its way must not be compressed already.
    if (faults.rewrite !== null || faults.gzip) delete headers["accept-encoding"];
    const { method } = from;
    const on = request({ host: "127.0.0.1", port: target, path, method, headers }, (answer) => {
      open.add(to);
      to.once("close", () => {
        open.delete(to);
        answer.destroy();
      });
      giveBack(path, answer, to);
    });
    on.on("error", () => to.destroy());
    to.on("close", () => on.destroy());
    from.pipe(on);
  }

  function giveBack(path: string, answer: IncomingMessage, to: ServerResponse): void {
    const { holdsBack, cutAfterMs, gzip, rewrite } = faults;
    const headers = { ...answer.headers };
    if (gzip) headers["content-encoding"] = "gzip";
    if (gzip || rewrite !== null) delete headers["content-length"];
    if (cutAfterMs !== null) {
      const alarm = setTimeout(() => to.destroy(), cutAfterMs);
      to.once("close", () => clearTimeout(alarm));
    }
    const begin = () => to.writeHead(answer.statusCode ?? 502, headers);
    answer.on("error", () => to.destroy());
    if (holdsBack) {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("end", () => begin().end(Buffer.concat(pieces)));
      return;
    }
    begin();
    const packed: Transform | null = gzip ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : null;
    packed?.pipe(to);
    const out = packed ?? to;
    if (packed === null) to.flushHeaders();
    answer.on("data", (piece: Buffer) =>
      out.write(rewrite === null ? piece : rewrite(piece.toString("utf8"), path)),
    );
    answer.on("end", () => out.end());
  }

  const server = createServer(carry);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    get open() {
      return open.size;
    },
    set(change) {
      faults = { ...faults, ...change };
    },
    cut() {
      for (const answer of open) answer.destroy();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
