/**
 * Who is asking: the one place that says so, for every route and page. A further way to sign in is a
 * further mode here; handlers see an actor and never how it was found.
 */
import type { AuthConfig } from "@/lib/config/auth";
import { AppError } from "@/lib/errors";
import { type Actor, claimedActor, signedInActor } from "./actor";
import { readStamp, type Stamp } from "./stamp";
import { clientAddress, isLoopback, isTrusted } from "./trusted";

const MAX_NAME = 200;

/** @throws AppError `unauthorized` when somebody must be signed in and nobody is. */
export function authorize(request: { headers: Headers }, auth: AuthConfig): Actor {
  const stamp = readStamp(request.headers);
  switch (auth.mode) {
    case "none":
      return anybody(stamp, auth.beyondLoopback);
    case "proxy":
      return whomTheProxyNames(stamp, request.headers.get("x-forwarded-for"), auth);
  }
}

/** The launcher listens on loopback only; this says the same where something else listens. */
function anybody(stamp: Stamp | null, beyondLoopback: boolean): Actor {
  const peer = stamp?.peer ?? "";
  if (peer !== "" && !isLoopback(peer) && !beyondLoopback) {
    throw unauthorized("Nobody signs in here, so only this machine may ask.");
  }
  return claimedActor(undefined, clientAddress(peer, null, []));
}

function whomTheProxyNames(
  stamp: Stamp | null,
  forwardedFor: string | null,
  { header, trusted }: Extract<AuthConfig, { mode: "proxy" }>,
): Actor {
  if (stamp === null) throw unauthorized("It cannot be told where this request comes from.");
  if (!isTrusted(stamp.peer, trusted)) {
    throw unauthorized(
      "This request did not come through the proxy that signs people in. Open Droplens at the proxy's address.",
    );
  }
  const [user, ...more] = stamp.users;
  if (user === undefined) throw unauthorized(`The proxy sent no ${header}. Sign in again.`);
  if (more.length > 0) throw unauthorized(`The proxy sent ${header} more than once.`);
  const name = readName(user);
  if (name === null) throw unauthorized(`The proxy sent a ${header} that is no name.`);
  return signedInActor(name, clientAddress(stamp.peer, forwardedFor, trusted));
}

/**
 * Node reads headers as Latin-1; proxies write names in UTF-8. A comma is what a proxy makes of two
 * headers of one name, one of which anybody may have sent.
 */
function readName(value: string): string | null {
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(value, "latin1")).trim();
  } catch {
    return null;
  }
  if (name === "" || name.length > MAX_NAME) return null;
  return /[\p{C}\u2028\u2029,]/u.test(name) ? null : name;
}

function unauthorized(detail: string): AppError {
  return new AppError("unauthorized", detail);
}
