/**
 * Where a request really comes from. Route handlers see headers and nothing of the socket, and a
 * header can say anything. So before anybody else sees a request, this takes every spelling of the
 * header with the user's name out of it and puts one of ours in, which holds the peer's address and
 * that name, under a secret of this process. Without a stamp nobody is signed in.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

export type Stamp = {
  /** The socket's own address; empty where it has none. */
  peer: string;
  /** Every value of the header with the user's name, under its one right spelling. */
  users: readonly string[];
};

export const STAMP_HEADER = "x-droplens-caller";

const KEY = Symbol.for("droplens.stamp");
type Holder = { [KEY]?: { secret: string; isInstalled: boolean } };

/** Once a process: Next loads this module once for each of its bundles. */
function state() {
  const holder = globalThis as Holder;
  holder[KEY] ??= { secret: randomBytes(32).toString("base64url"), isInstalled: false };
  return holder[KEY];
}

/**
 * Stamps every request to any HTTP server of this process, before its handlers are called.
 * @param userHeader name of the header with the user's name, in lower case; null when none counts.
 */
export function installStamp(userHeader: string | null): void {
  if (state().isInstalled) return;
  state().isInstalled = true;
  // Node publishes this before the server's own "request" event.
  subscribe("http.server.request.start", (message) => {
    stampRequest((message as { request: IncomingMessage }).request, userHeader);
  });
}

/** Changes the request's headers in place, raw and read ones alike. */
export function stampRequest(request: IncomingMessage, userHeader: string | null): void {
  const users: string[] = [];
  const kept: string[] = [];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const [name = "", value = ""] = request.rawHeaders.slice(at, at + 2);
    if (name.toLowerCase() === userHeader) users.push(value);
    if (!isTaken(name, userHeader)) kept.push(name, value);
  }
  const stamp = formatStamp({ peer: request.socket.remoteAddress ?? "", users });
  for (const name of Object.keys(request.headers)) {
    if (isTaken(name, userHeader)) delete request.headers[name];
  }
  request.headers[STAMP_HEADER] = stamp;
  request.rawHeaders.splice(0, request.rawHeaders.length, ...kept, STAMP_HEADER, stamp);
}

/** Some servers and proxies take `_` for `-`, so that both are the same header. */
function isTaken(name: string, userHeader: string | null): boolean {
  const spelled = name.trim().toLowerCase().replaceAll("_", "-");
  return spelled === STAMP_HEADER || spelled === userHeader?.replaceAll("_", "-");
}

export function formatStamp(stamp: Stamp): string {
  return `${state().secret}.${Buffer.from(JSON.stringify(stamp)).toString("base64url")}`;
}

/** The request's stamp; null when it has none of this process. */
export function readStamp(headers: Headers): Stamp | null {
  const [secret = "", content = ""] = (headers.get(STAMP_HEADER) ?? "").split(".");
  const [ours, theirs] = [Buffer.from(state().secret), Buffer.from(secret)];
  if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) return null;
  // Nobody else knows the secret, so it is as `formatStamp` wrote it.
  return JSON.parse(Buffer.from(content, "base64url").toString("utf8")) as Stamp;
}
