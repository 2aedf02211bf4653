/**
 * Cuts chunks of bytes into lines, holding no more than the line that is not complete yet, and of a
 * line that is too long only its size.
 */
import { MAX_RECORD_BYTES } from "./limits";

/** One line, counted from 1. `text` is null where it was too long to be read. */
export type FileLine = { line: number; text: string | null };

export type LineSplitter = {
  /** Lines that the chunk completes. */
  add(chunk: Buffer): FileLine[];
  /** The last line, where it has no newline. */
  rest(): FileLine[];
  /** Bytes of the line that is not complete yet. */
  readonly pending: number;
};

const NEWLINE = 10;

export function createSplitter(): LineSplitter {
  let parts: Buffer[] = [];
  let size = 0;
  let line = 0;

  function keep(part: Buffer): void {
    size += part.length;
    // Of a line that is too long only its size is kept.
    if (size > MAX_RECORD_BYTES) parts = [];
    else parts.push(part);
  }

  function take(): FileLine[] {
    line += 1;
    const text = size > MAX_RECORD_BYTES ? null : Buffer.concat(parts).toString("utf8");
    parts = [];
    size = 0;
    return text !== null && text.trim() === "" ? [] : [{ line, text }];
  }

  return {
    add(chunk) {
      const lines: FileLine[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        if (end === start && size === 0) line += 1;
        else {
          keep(chunk.subarray(start, end));
          lines.push(...take());
        }
        start = end + 1;
      }
      if (start < chunk.length) keep(chunk.subarray(start));
      return lines;
    },
    rest: () => (size === 0 ? [] : take()),
    get pending() {
      return size;
    },
  };
}
