/**
 * Sends a file to the server in parts, each small enough for any proxy on the way, and goes on
 * where the server has got to when one fails. What is called off or fails leaves nothing behind.
 */
import { fetchJson, RequestError, sendBytes, sendJson } from "@/components/ui/fetch-json";
import type { CaptureSummary } from "@/lib/drops/capture";

/** Between one look and the next, while nothing comes of it. */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000];
/** Failures in a row after which it is given up. */
const MAX_FAILURES = WAITS_MS.length;

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
  const name = file.name.slice(0, 255) || "capture";
  // Without the signal: called off now, the capture would be there and nobody know its id.
  const begun = expectCapture(await sendJson("POST", "/api/captures", { name, bytes: file.size }));
  try {
    const capture = await sendParts(begun, file, partBytes, signal, onProgress);
    if (capture.state === "ready") return capture;
    throw new RequestError(capture.problem, 422, undefined, capture);
  } catch (error) {
    // Not with the signal: it has fired when the upload was called off.
    void sendJson("DELETE", `/api/captures/${begun.id}`, null).catch(() => {});
    throw error;
  }
}

/**
 * Until the server has read all. Where an answer is lost, the server knows how far it is: it may
 * have the part, or still be reading it.
 */
async function sendParts(
  begun: CaptureSummary,
  file: File,
  partBytes: number,
  signal: AbortSignal,
  onProgress: (capture: CaptureSummary) => void,
): Promise<CaptureSummary> {
  const path = `/api/captures/${begun.id}`;
  let capture = begun;
  let isLost = false;
  let failures = 0;
  let waits = 0;
  for (;;) {
    signal.throwIfAborted();
    if (capture.state !== "reading") return capture;
    onProgress(capture);
    const at = capture.bytes;
    try {
      const part = isLost || at === file.size ? null : file.slice(at, at + partBytes);
      const answer =
        part === null ? fetchJson(path, signal) : sendBytes(`${path}/bytes?at=${at}`, part, signal);
      capture = expectCapture(await answer);
      isLost = false;
      if (capture.bytes > at) failures = waits = 0;
      if (capture.bytes < file.size) continue;
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
      isLost = true;
      // That an earlier part is still being read is no failure.
      if (error.status !== 409) failures += 1;
      if (failures > MAX_FAILURES) throw error;
    }
    if (capture.state === "reading") await pause(waitMs(waits), signal);
    waits += 1;
  }
}

function waitMs(waits: number): number {
  return WAITS_MS[Math.min(waits, WAITS_MS.length - 1)] ?? 0;
}

/** Ends early when `signal` fires. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}

/** What lies on the way, or is over in a while. */
function isPassing(error: unknown): error is RequestError {
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
