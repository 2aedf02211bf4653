/**
 * What every route handler goes through: is this request meant for us, who is asking, what may
 * they do, and how errors answer. A route without it is refused by `app/api/routes.test.ts`.
 */
import type { z } from "zod";
import type { Action, Actor } from "@/lib/auth/actor";
import { authorize } from "@/lib/auth/authorize";
import { AppError, messageOf } from "@/lib/errors";
import { isAllowedHost } from "@/lib/http/hosts";
import { isOwnOrigin } from "@/lib/http/own-origin";
import { problemOf, problemResponse } from "@/lib/http/problem";
import { readBytes } from "@/lib/http/read-bytes";
import { readJson } from "@/lib/http/read-json";
import { withFixedHeaders } from "@/lib/http/security-headers";
import type { PushEndpoint } from "@/lib/live/push-source";
import { getRuntime, type Runtime } from "@/lib/live/runtime";

type Context<P> = { params: Promise<P> };
type Handler<P> = (request: Request, runtime: Runtime, params: P, actor: Actor) => Promise<unknown>;
type BodyHandler<P, Body> = (
  body: Body,
  runtime: Runtime,
  params: P,
  actor: Actor,
) => Promise<unknown>;
/** By default a body is at most 64 KiB long. */
type BodyOptions = { maxBodyBytes?: number };
type Route<P> = (request: Request, context: Context<P>) => Promise<Response>;

/** Which handlers are guarded, and whether for reading only: what the routes' test asks. */
const guarded = new WeakMap<object, Action | "ingest">();

export function guardOf(handler: object): Action | "ingest" | null {
  return guarded.get(handler) ?? null;
}

/** A route that changes nothing. It answers with a JSON value, or with a Response of its own. */
export function answer<P = Record<string, never>>(handler: Handler<P>): Route<P> {
  return guardedRoute("read", handler);
}

function guardedRoute<P>(action: Action, handler: Handler<P>): Route<P> {
  const route: Route<P> = async (request, context) => {
    try {
      const runtime = getRuntime();
      requireOurs(request, runtime);
      const actor = authorize(request, runtime.config.auth);
      if (!actor.can(action)) {
        throw new AppError("forbidden", `You are not allowed to ${action} here.`);
      }
      const value = await handler(request, scopeOf(request, runtime), await context.params, actor);
      return finished(request, value instanceof Response ? value : jsonResponse(value));
    } catch (error) {
      return finished(request, failed(request, error));
    }
  };
  guarded.set(route, action);
  return route;
}

/**
 * A route that changes something: asked for by our own pages only. Its body is JSON of the schema;
 * without a schema it takes no body.
 */
export function answerWrite<P = Record<string, never>>(
  schema: null,
  handler: BodyHandler<P, null>,
): Route<P>;
export function answerWrite<Body, P = Record<string, never>>(
  schema: z.ZodType<Body>,
  handler: BodyHandler<P, Body>,
  options?: BodyOptions,
): Route<P>;
export function answerWrite<Body, P>(
  schema: z.ZodType<Body> | null,
  handler: BodyHandler<P, Body | null>,
  { maxBodyBytes }: BodyOptions = {},
): Route<P> {
  return guardedRoute<P>("write", async (request, runtime, params, actor) => {
    requireOwnPage(request);
    const body = schema === null ? null : fitting(schema, await readJson(request, maxBodyBytes));
    return handler(body, runtime, params, actor);
  });
}

/** A route that changes nothing and is asked with a body, because what is asked is long. */
export function answerAsked<Body, P = Record<string, never>>(
  schema: z.ZodType<Body>,
  handler: BodyHandler<P, Body>,
  { maxBodyBytes }: BodyOptions = {},
): Route<P> {
  return guardedRoute<P>("read", async (request, runtime, params, actor) =>
    handler(fitting(schema, await readJson(request, maxBodyBytes)), runtime, params, actor),
  );
}

const ASK_FOR_TOKEN = 'Bearer realm="droplens"';

/**
 * A route that a log shipper posts to. It has a token of its own, which is good for nothing else,
 * and so needs nobody signed in.
 */
export function answerPush<P extends { source: string }>(
  handler: (request: Request, endpoint: PushEndpoint) => Promise<Response>,
): Route<P> {
  const route: Route<P> = async (request, context) => {
    try {
      const runtime = getRuntime();
      requireHost(request, runtime);
      const { source } = await context.params;
      const endpoint = runtime.push(source);
      const token = /^Bearer +(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
      // The same words for a source that is not there: they tell nothing to who has no token.
      if (endpoint === null || token === undefined || !endpoint.isToken(token)) {
        throw new AppError("unauthorized", "No source takes lines with this name and token.");
      }
      return finished(request, await handler(request, endpoint));
    } catch (error) {
      const response = finished(request, failed(request, error));
      if (response.status === 401) response.headers.set("www-authenticate", ASK_FOR_TOKEN);
      return response;
    }
  };
  guarded.set(route, "ingest");
  return route;
}

/** Bytes as they come, from our own pages only; what they are is up to the handler. */
export function answerBytes<P>(
  maxBytes: number,
  handler: (bytes: Buffer, request: Request, runtime: Runtime, params: P) => Promise<unknown>,
): Route<P> {
  return guardedRoute<P>("write", async (request, runtime, params) => {
    requireOwnPage(request);
    return handler(await readBytes(request, maxBytes), request, runtime, params);
  });
}

/**
 * With `capture`, everything that is asked about drops is asked of that capture, and never of the
 * live store: the one place where this is decided.
 */
function scopeOf(request: Request, runtime: Runtime): Runtime {
  const capture = new URL(request.url).searchParams.get("capture");
  return capture === null ? runtime : { ...runtime, ...runtime.captures.scope(capture) };
}

export function jsonResponse(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}

/** For a change that leaves nothing to tell. */
export function emptyResponse(): Response {
  return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
}

/** What has passed `proxy.ts` gets its headers from there, and would have them twice. */
function finished(request: Request, response: Response): Response {
  return request.headers.has("x-nonce") ? response : withFixedHeaders(response);
}

function fitting<Body>(schema: z.ZodType<Body>, value: unknown): Body {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") || "The body";
  throw new AppError("bad-request", `${place}: ${issue?.message ?? "does not fit"}.`);
}

function failed(request: Request, thrown: unknown): Response {
  const error = isLeft(thrown) ? new AppError("bad-request", "The body broke off.") : thrown;
  const { problem, known } = problemOf(error);
  if (!known) {
    getRuntime().log.error("a request failed", {
      path: new URL(request.url).pathname,
      error: messageOf(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
  }
  return problemResponse(problem);
}

/** Node's own words for a sender that is gone before the end of what it sent. */
function isLeft(error: unknown): boolean {
  return error instanceof Error && error.message === "aborted" && "code" in error;
}

/** `proxy.ts` says the same, but must not be the only one to say it. */
function requireHost(request: Request, { config }: Runtime): void {
  if (!isAllowedHost(request.headers.get("host"), config.host, config.allowedHosts)) {
    throw new AppError("forbidden", "This server does not answer to that host name.");
  }
}

function requireOwnPage(request: Request): void {
  if (isOwnOrigin(request.headers)) return;
  throw new AppError("forbidden", "Only Droplens's own pages may change something.");
}

function requireOurs(request: Request, runtime: Runtime): void {
  requireHost(request, runtime);
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") {
    throw new AppError("forbidden", "Other sites may not read from Droplens.");
  }
}
