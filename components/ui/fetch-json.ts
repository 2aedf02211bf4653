/** JSON over HTTP; a refusal becomes an error that says what the server's problem details say. */
import { ofCapture } from "@/components/ui/of-capture";

export class RequestError extends Error {
  /** HTTP status, or 0 when no answer came. */
  readonly status: number;
  /** The problem details as they came; null when there were none. */
  readonly body: unknown;

  constructor(message: string, status: number, cause?: unknown, body: unknown = null) {
    super(message, { cause });
    this.name = "RequestError";
    this.status = status;
    this.body = body;
  }
}

/** Throws `RequestError` with the `detail` of the answer, or with what went wrong on the way. */
export function fetchJson(path: string, signal?: AbortSignal): Promise<unknown> {
  return request(ofCapture(path), { signal });
}

export type WriteMethod = "POST" | "PATCH" | "DELETE";

/** Sends JSON and reads the answer; null where there is none. Throws as `fetchJson` does. */
export function sendJson(
  method: WriteMethod,
  path: string,
  value: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const body = JSON.stringify(value);
  return request(path, { method, body, signal });
}

/** Sends bytes as they are and reads the answer. Throws as `fetchJson` does. */
export function sendBytes(path: string, body: Blob, signal?: AbortSignal): Promise<unknown> {
  return request(path, { method: "POST", body, signal });
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  const headers: HeadersInit = { accept: "application/json" };
  if (typeof init.body === "string") headers["content-type"] = "application/json";
  try {
    response = await fetch(path, { ...init, headers });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new RequestError("Droplens did not answer. Is the server still running?", 0, cause);
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    throw new RequestError(detailOf(body, response.status), response.status, undefined, body);
  }
  return body;
}

function detailOf(body: unknown, status: number): string {
  if (typeof body === "object" && body !== null) {
    if ("detail" in body && typeof body.detail === "string") return body.detail;
    if ("title" in body && typeof body.title === "string") return body.title;
  }
  return `Droplens answered with status ${status}.`;
}
