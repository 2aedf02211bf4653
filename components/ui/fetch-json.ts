/** JSON over HTTP; a refusal becomes an error that says what the server's problem details say. */

export class RequestError extends Error {
  /** HTTP status, or 0 when no answer came. */
  readonly status: number;

  constructor(message: string, status: number, cause?: unknown) {
    super(message, { cause });
    this.name = "RequestError";
    this.status = status;
  }
}

/** Throws `RequestError` with the `detail` of the answer, or with what went wrong on the way. */
export async function fetchJson(path: string, signal?: AbortSignal): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { signal, headers: { accept: "application/json" } });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new RequestError("Droplens did not answer. Is the server still running?", 0, cause);
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new RequestError(detailOf(body, response.status), response.status);
  return body;
}

function detailOf(body: unknown, status: number): string {
  if (typeof body === "object" && body !== null) {
    if ("detail" in body && typeof body.detail === "string") return body.detail;
    if ("title" in body && typeof body.title === "string") return body.title;
  }
  return `Droplens answered with status ${status}.`;
}
