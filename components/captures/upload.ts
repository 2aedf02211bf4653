/**
 * Sends a file to the server in parts, each small enough for any proxy on the way, and goes on
 * where the server has got to when one fails. What is called off or fails leaves nothing behind.
 */
import { fetchJson, RequestError, sendBytes, sendJson } from "@/components/ui/fetch-json";
import type { CaptureSummary } from "@/lib/drops/capture";

const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Resolves with the capture once it is read.
 * @throws RequestError in words, or the abort's error when `signal` fires.
 */
export async function uploadCapture(
  file: File,
  partBytes: number,
  signal: AbortSignal,
  onProgress: (capture: CaptureSummary) => void,
): Promise<CaptureSummary> {
  const begun = await sendJson(
    "POST",
    "/api/captures",
    { name: file.name.slice(0, 255) || "capture", bytes: file.size },
    signal,
  );
  let capture = expectCapture(begun);
  const { id } = capture;
  try {
    while (capture.bytes < file.size && capture.state === "reading") {
      onProgress(capture);
      const part = file.slice(capture.bytes, capture.bytes + partBytes);
      const path = `/api/captures/${id}/bytes?at=${capture.bytes}`;
      capture = await insist(id, signal, () => sendBytes(path, part, signal));
    }
    if (capture.state === "ready") return capture;
    throw new RequestError(capture.problem, 422, undefined, capture);
  } catch (error) {
    // Not with the signal: it has fired when the upload was called off.
    void sendJson("DELETE", `/api/captures/${id}`, null).catch(() => {});
    throw error;
  }
}

/** Tries again where the failure lies on the way, or where the server knows better how far it is. */
async function insist(
  id: string,
  signal: AbortSignal,
  send: () => Promise<unknown>,
): Promise<CaptureSummary> {
  for (let failures = 0; ; failures++) {
    try {
      return expectCapture(await send());
    } catch (error) {
      const waitMs = RETRY_MS[failures];
      if (signal.aborted || !isPassing(error) || waitMs === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const now = await fetchJson(`/api/captures/${id}`, signal).catch(() => null);
      if (isCapture(now)) return now;
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof RequestError)) return false;
  return error.status === 0 || error.status === 409 || error.status >= 500;
}

export function expectCapture(value: unknown): CaptureSummary {
  if (isCapture(value)) return value;
  throw new RequestError("Droplens answered in a form this page does not know. Reload it.", 0);
}

export function isCapture(value: unknown): value is CaptureSummary {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    "state" in value &&
    "account" in value &&
    "samples" in value &&
    Array.isArray(value.samples)
  );
}
