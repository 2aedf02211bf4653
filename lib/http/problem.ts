/**
 * Errors as RFC 9457 problem details. The only place that knows which status an error has.
 * A bug answers 500 with nothing about the inside; its cause goes to the log.
 */
import { AppError, type ErrorCode } from "@/lib/errors";

const STATUSES: Record<ErrorCode, { status: number; title: string }> = {
  "bad-request": { status: 400, title: "Bad request" },
  unauthorized: { status: 401, title: "Not signed in" },
  forbidden: { status: 403, title: "Forbidden" },
  "not-found": { status: 404, title: "Not found" },
  conflict: { status: 409, title: "Conflict" },
  "unsupported-media": { status: 415, title: "Unsupported media type" },
  "too-large": { status: 413, title: "Too large" },
  "too-many": { status: 429, title: "Too many requests" },
  config: { status: 500, title: "Wrong configuration" },
  "store-locked": { status: 503, title: "Store unavailable" },
  "store-newer": { status: 503, title: "Store unavailable" },
  "store-unavailable": { status: 503, title: "Store unavailable" },
  unavailable: { status: 503, title: "Unavailable" },
};

export type Problem = { type: "about:blank"; title: string; status: number; detail: string };

/** The problem details of any thrown value; `known` is false for a bug, which must be logged. */
export function problemOf(error: unknown): { problem: Problem; known: boolean } {
  if (error instanceof AppError) {
    const { status, title } = STATUSES[error.code];
    const problem: Problem = { type: "about:blank", title, status, detail: error.message };
    return { problem: { ...error.extra, ...problem }, known: true };
  }
  const detail = "Something went wrong inside Droplens. Its log has the cause.";
  return {
    problem: { type: "about:blank", title: "Internal error", status: 500, detail },
    known: false,
  };
}

export function problemResponse(problem: Problem, headers: HeadersInit = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(problem.status === 503 || problem.status === 429 ? { "retry-after": "5" } : {}),
      ...headers,
    },
  });
}
