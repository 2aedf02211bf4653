/**
 * What every route handler goes through: is this request meant for us, and how its errors answer.
 * A route without it is refused by `app/api/routes.test.ts`.
 */

import { AppError, messageOf } from "@/lib/errors";
import { isAllowedHost } from "@/lib/http/hosts";
import { problemOf, problemResponse } from "@/lib/http/problem";
import { getRuntime, type Runtime } from "@/lib/live/runtime";

type Context<P> = { params: Promise<P> };
type Handler<P> = (request: Request, runtime: Runtime, params: P) => Promise<unknown>;
type Route<P> = (request: Request, context: Context<P>) => Promise<Response>;

/** A route that answers with a JSON value, or with a Response of its own making. */
export function answer<P = Record<string, never>>(handler: Handler<P>): Route<P> {
  return async (request, context) => {
    const runtime = getRuntime();
    try {
      requireOurs(request, runtime);
      const value = await handler(request, runtime, await context.params);
      return value instanceof Response ? value : jsonResponse(value);
    } catch (error) {
      const { problem, known } = problemOf(error);
      if (!known) {
        runtime.log.error("a request failed", {
          path: new URL(request.url).pathname,
          error: messageOf(error),
          stack: error instanceof Error ? error.stack : undefined,
        });
      }
      return problemResponse(problem);
    }
  };
}

export function jsonResponse(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}

/** `proxy.ts` says the same, but must not be the only one to say it. */
function requireOurs(request: Request, { config }: Runtime): void {
  if (!isAllowedHost(request.headers.get("host"), config.host, config.allowedHosts)) {
    throw new AppError("forbidden", "This server does not answer to that host name.");
  }
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") {
    throw new AppError("forbidden", "Other sites may not read from Droplens.");
  }
}
