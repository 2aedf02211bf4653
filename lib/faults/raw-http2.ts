/**
 * For tests: just enough of a gRPC server to misbehave below gRPC: it answers every status, keeps
 * every stream open, counts pings, and can send a GOAWAY with the reason that gRPC servers give.
 */
import { createServer, type Http2Session, type ServerHttp2Stream } from "node:http2";
import { ServerStatusResponse } from "@/lib/hubble/generated/observer/observer";
import { messageFromJson } from "@/lib/hubble/read-json";

export type RawHttp2Relay = {
  readonly port: number;
  readonly pings: number;
  /** Calls of each method so far, by its last name. */
  readonly calls: Readonly<Record<string, number>>;
  /** Tells every client that it pings too much, and ends its connection. */
  complainOfPings(): void;
  close(): void;
};

const TOO_MUCH = 11;

export async function startRawHttp2Relay(): Promise<RawHttp2Relay> {
  const sessions = new Set<Http2Session>();
  const calls: Record<string, number> = {};
  let pings = 0;
  const server = createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("ping", () => {
      pings += 1;
    });
    session.on("close", () => sessions.delete(session)).on("error", () => {});
  });
  server.on("stream", (stream, headers) => {
    const method = String(headers[":path"]).split("/").at(-1) ?? "";
    calls[method] = (calls[method] ?? 0) + 1;
    stream.on("error", () => {});
    if (method === "ServerStatus") answerStatus(stream);
    else stream.respond({ ":status": 200, "content-type": "application/grpc" });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "localhost", () => {
      const address = server.address();
      resolve(typeof address === "object" ? (address?.port ?? 0) : 0);
    });
  });
  const end = () => {
    for (const session of sessions) session.destroy();
  };
  return {
    port,
    get pings() {
      return pings;
    },
    calls,
    complainOfPings() {
      for (const session of sessions) {
        session.goaway(TOO_MUCH, 0, Buffer.from("too_many_pings"));
        session.destroy();
      }
    },
    close() {
      end();
      server.close();
    },
  };
}

function answerStatus(stream: ServerHttp2Stream): void {
  const status = messageFromJson("observer.ServerStatusResponse", { version: "raw" });
  const bytes = Buffer.from(ServerStatusResponse.encode(status).finish());
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(Buffer.concat([head, bytes]));
}
