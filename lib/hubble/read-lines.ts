/**
 * Reads a file of Hubble's JSON lines, as `hubble observe -o json` and exporters write them, without
 * ever holding more of it than one chunk and one line. Files ending in `.gz` are unpacked on the way.
 */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { AppError, messageOf } from "@/lib/errors";
import { messagesOfLine, type OtherRecord } from "./decode";
import type { DecodedEvent } from "./event";
import type { GetFlowsResponse } from "./generated/observer/observer";
import { createPartJoiner } from "./join-parts";
import { createLineDecoder } from "./line-decoder";
import { createSplitter, type FileLine } from "./line-splitter";

export type LineEvent = { line: number; event: DecodedEvent };

/** A line as the message that a relay would send, for serving a recording. */
export type LineMessage =
  | { line: number; message: GetFlowsResponse }
  | ({ line: number } & OtherRecord);

/**
 * Decoded lines in batches of about a chunk. Empty lines are left out; a line that cannot be read is
 * `malformed`. Throws `AppError` when the file cannot be opened or read to its end.
 */
export async function* readLines(
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly LineEvent[], void, undefined> {
  const decoder = createLineDecoder();
  let last = 0;
  for await (const lines of fileLines(file, signal)) {
    last = lines.at(-1)?.line ?? last;
    yield lines.flatMap((one) => decoder.events(one).map((event) => ({ line: one.line, event })));
  }
  yield decoder.rest().map((event) => ({ line: last, event }));
}

/** The same lines as protobuf messages, untouched by limits and redaction. */
export async function* readMessages(
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly LineMessage[], void, undefined> {
  const joiner = createPartJoiner();
  for await (const lines of fileLines(file, signal)) {
    yield lines.flatMap(({ line, text }): LineMessage[] => {
      const records = text === null ? [TOO_LONG] : joiner.add(text).flatMap(messagesOfLine);
      return records.map((record) =>
        "kind" in record ? { line, ...record } : { line, message: record },
      );
    });
  }
}

const TOO_LONG: OtherRecord = { kind: "malformed", reason: "line too long", sample: "" };

async function* fileLines(
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly FileLine[], void, undefined> {
  const splitter = createSplitter();
  try {
    for await (const chunk of openFile(file, signal)) {
      const lines = splitter.add(chunk);
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    if (signal?.aborted === true) return;
    throw new AppError("config", `cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
  const rest = splitter.rest();
  if (rest.length > 0) yield rest;
}

function openFile(file: string, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
  const stream = createReadStream(file, { signal });
  if (!file.endsWith(".gz")) return stream;
  const unpacked = createGunzip();
  // A failure of either ends the iteration over `unpacked`.
  pipeline(stream, unpacked).catch(() => undefined);
  return unpacked;
}
