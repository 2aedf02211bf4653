/** The lines of a request body, plain or packed, within bounds on both sides of the packing. */
import { createGunzip } from "node:zlib";
import { AppError } from "@/lib/errors";
import { createSplitter, type FileLine } from "@/lib/hubble/line-splitter";

/** As it comes over the network. */
export const MAX_PUSH_BYTES = 8 * 1024 * 1024;
/** Unpacked: a small packed body may hide a large one. */
export const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
/** Each takes room whatever its length; a flow has some 500 bytes and more. */
export const MAX_PUSH_LINES = 250_000;

/**
 * Lines of JSON, or one JSON array of records, which is how some shippers send them.
 * `onBytes` hears of the bytes as they are unpacked, and may throw to end the reading.
 * @throws AppError `too-large`, `unsupported-media` or `bad-request`.
 */
export async function readLinesBody(
  request: Request,
  onBytes: (bytes: number) => void = () => {},
): Promise<readonly FileLine[]> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_PUSH_BYTES) {
    throw tooLarge(MAX_PUSH_BYTES, "");
  }
  const splitter = createSplitter();
  const lines: FileLine[] = [];
  let bytes = 0;
  let first = true;
  let isArray = false;
  const whole: Uint8Array[] = [];
  for await (const chunk of unpacked(request)) {
    bytes += chunk.byteLength;
    if (bytes > MAX_UNPACKED_BYTES) throw tooLarge(MAX_UNPACKED_BYTES, " unpacked");
    onBytes(chunk.byteLength);
    if (first) isArray = /^\s*\[/.test(new TextDecoder().decode(chunk.subarray(0, 64)));
    first = false;
    if (isArray) {
      whole.push(chunk);
      if (bytes > MAX_PUSH_BYTES) throw tooLarge(MAX_PUSH_BYTES, " as one JSON array");
    } else {
      for (const line of splitter.add(Buffer.from(chunk))) lines.push(line);
      if (lines.length > MAX_PUSH_LINES) throw tooManyLines();
    }
  }
  if (isArray) return linesOfArray(Buffer.concat(whole).toString("utf8"));
  return [...lines, ...splitter.rest()];
}

async function* unpacked(request: Request): AsyncGenerator<Uint8Array> {
  const body = packed(request);
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity") yield* body;
  else if (encoding === "gzip" || encoding === "x-gzip") yield* gunzip(body);
  else throw new AppError("unsupported-media", "Send the body plain or with gzip.");
}

async function* packed(request: Request): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_PUSH_BYTES) throw tooLarge(MAX_PUSH_BYTES, "");
    yield chunk;
  }
}

async function* gunzip(body: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip();
  const feeding = (async () => {
    try {
      for await (const chunk of body) {
        if (!unzip.write(chunk)) await new Promise((drained) => unzip.once("drain", drained));
      }
      unzip.end();
    } catch (error) {
      unzip.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  })();
  try {
    yield* unzip;
    await feeding;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("bad-request", "The body is not what its gzip encoding says.", {
      cause: error,
    });
  }
}

function linesOfArray(text: string): FileLine[] {
  let records: unknown;
  try {
    records = JSON.parse(text);
  } catch (cause) {
    throw new AppError("bad-request", "The body begins like a JSON array and is none.", { cause });
  }
  if (!Array.isArray(records)) throw new AppError("bad-request", "The body is no list of records.");
  if (records.length > MAX_PUSH_LINES) throw tooManyLines();
  return records.map((record, index) => ({ line: index + 1, text: lineOf(record) }));
}

/** Null, which is told as too long, where it is nested more deeply than can be written again. */
function lineOf(record: unknown): string | null {
  try {
    return JSON.stringify(record);
  } catch {
    return null;
  }
}

function tooLarge(limit: number, how: string): AppError {
  return new AppError(
    "too-large",
    `The body is longer than ${limit} bytes${how}. Send less at once.`,
  );
}

function tooManyLines(): AppError {
  return new AppError(
    "too-large",
    `The body has more than ${MAX_PUSH_LINES} lines. Send less at once.`,
  );
}
