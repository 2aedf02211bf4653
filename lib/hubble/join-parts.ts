/**
 * Joins records that a container runtime cut into several lines, because it writes no more than
 * 16 KiB a line: CRI marks parts with `P`, Docker leaves out the newline at their end, and shippers
 * hand on such marks (`_p`, `logtag`, `partial_message`).
 */
import { MAX_RECORD_BYTES } from "./limits";
import { RUNTIME_PREFIX } from "./line-text";

export type PartJoiner = {
  /** The line, the whole that it completes, or nothing while more is to come. */
  add(line: string): readonly string[];
  /** Parts whose end never came. */
  rest(): string[];
};

/** `guess`: nothing marks it; a record that is not whole is a part. */
type Part = { stream: string; text: string; is: "part" | "last" | "guess" };

const NOTHING: readonly string[] = [];

export function createPartJoiner(): PartJoiner {
  const waiting = new Map<string, string>();

  function wait(stream: string, text: string): readonly string[] {
    // What is too long goes on as it is, and is counted as that.
    if (text.length > MAX_RECORD_BYTES) {
      waiting.delete(stream);
      return [text];
    }
    waiting.set(stream, text);
    return NOTHING;
  }

  function guess(line: string, { stream, text }: Part): readonly string[] {
    const before = waiting.get(stream);
    const begins = text.startsWith("{");
    if (before === undefined || (begins && parse(text) !== null)) {
      if (begins && parse(text) === null) return wait(stream, text);
      waiting.delete(stream);
      // A record begins where the rest of another should come: that one is lost.
      return before === undefined ? [line] : [before, line];
    }
    const whole = before + text;
    if (!text.endsWith("\n") && parse(whole) === null) return wait(stream, whole);
    waiting.delete(stream);
    return [whole];
  }

  return {
    add(line) {
      const part = partOf(line);
      if (part === null) return [line];
      if (part.is === "guess") return guess(line, part);
      const before = waiting.get(part.stream);
      if (part.is === "part") return wait(part.stream, (before ?? "") + part.text);
      waiting.delete(part.stream);
      return [before === undefined ? line : before + part.text];
    },
    rest() {
      const left = [...waiting.values()];
      waiting.clear();
      return left;
    },
  };
}

const MARKS = ['"_p"', '"logtag"', '"partial'];
/** Docker's own form begins so; elsewhere a missing newline says nothing. */
const DOCKER = '{"log":"';

function partOf(line: string): Part | null {
  const first = line.charCodeAt(0);
  if (first === OPEN) {
    const isDocker = line.startsWith(DOCKER);
    const isMarked = isDocker || MARKS.some((mark) => line.includes(mark));
    return isMarked ? partOfJson(line, isDocker) : null;
  }
  const prefix = first <= NINE ? RUNTIME_PREFIX.exec(line) : null;
  if (prefix === null) return null;
  return {
    stream: prefix[1] ?? "",
    text: line.slice(prefix[0].length),
    is: prefix[2] === "F" ? "last" : "part",
  };
}

const OPEN = 0x7b;
const NINE = 0x39;

function partOfJson(line: string, isDocker: boolean): Part | null {
  const json = parse(line);
  const text = json?.log ?? json?.message;
  if (json === null || typeof text !== "string") return null;
  const stream = typeof json.stream === "string" ? json.stream : "";
  const mark = json._p ?? json.logtag;
  if (typeof mark === "string") return { stream, text, is: mark.startsWith("P") ? "part" : "last" };
  const partial = json.partial_message ?? json.partial;
  if (partial !== undefined) {
    const isLast = !isTrue(partial) || isTrue(json.partial_last);
    return { stream, text, is: isLast ? "last" : "part" };
  }
  // A shipper may have taken every newline, so a missing one says nothing.
  return isDocker && typeof json.stream === "string" ? { stream, text, is: "guess" } : null;
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
