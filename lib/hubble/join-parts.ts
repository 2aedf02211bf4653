/**
 * Joins records that a container runtime cut into several lines, because it writes no more than
 * 16 KiB a line: CRI marks parts with `P`, Docker leaves out the newline at their end, and shippers
 * hand on such marks (`_p`, `logtag`, `partial_message`).
 */
import { MAX_RECORD_BYTES } from "./limits";
import { RUNTIME_PREFIX } from "./line-text";
import { noBraces, type OpenBraces, passBraces } from "./open-braces";

export type PartJoiner = {
  /**
   * The line, the whole that it completes, or nothing while more is to come; before it what is
   * given up, because its end did not come.
   */
  add(line: string): readonly string[];
  /** Parts whose end never came. */
  rest(): string[];
};

/** `guess`: nothing marks it; a record that is not whole is a part. */
type Part = { stream: string; text: string; is: "part" | "last" | "guess" };

/** What came of a record so far. */
type Begun = { text: string; parts: number; held: number; braces: OpenBraces };

/** A line names its stream, and may name any: real ones are stdout and stderr. */
export const MAX_STREAMS = 8;
/** Characters of all lines whose parts wait: a part may keep the whole line in memory. */
export const MAX_HELD = 2 * MAX_RECORD_BYTES;
/** Docker's parts have 16 KiB, so that a record of more parts than this would be too long. */
export const MAX_GUESSED_PARTS = 80;

const NOTHING: readonly string[] = [];

export function createPartJoiner(): PartJoiner {
  /** The one that got its last part longest ago comes first. */
  const waiting = new Map<string, Begun>();
  let held = 0;

  function take(stream: string): Begun | undefined {
    const begun = waiting.get(stream);
    if (begun === undefined) return undefined;
    waiting.delete(stream);
    held -= begun.held;
    return begun;
  }

  function wait(line: string, { stream, text }: Part): readonly string[] {
    const begun = take(stream) ?? { text: "", parts: 0, held: 0, braces: noBraces() };
    passBraces(begun.braces, text);
    begun.text += text;
    // What is too long goes on as it is, and is counted as that.
    if (begun.text.length > MAX_RECORD_BYTES) return [begun.text];
    begun.parts += 1;
    begun.held += line.length;
    held += begun.held;
    waiting.set(stream, begun);
    return held > MAX_HELD || waiting.size > MAX_STREAMS ? giveUp() : NOTHING;
  }

  function giveUp(): readonly string[] {
    const given: string[] = [];
    for (const [stream, { text }] of waiting) {
      if (held <= MAX_HELD && waiting.size <= MAX_STREAMS) break;
      take(stream);
      given.push(text);
    }
    return given;
  }

  function guess(line: string, part: Part): readonly string[] {
    const { stream, text } = part;
    const isWhole = !text.startsWith("{") || parse(text) !== null;
    const before = waiting.get(stream);
    if (before === undefined) return isWhole ? [line] : waitForMore(line, part);
    if (!isWhole || !text.startsWith("{")) return waitForMore(line, part);
    // A record begins where the rest of another should come: that one is lost.
    take(stream);
    return [before.text, line];
  }

  /** Until its braces are closed; the record is not parsed again with each part. */
  function waitForMore(line: string, part: Part): readonly string[] {
    const given = wait(line, part);
    const begun = waiting.get(part.stream);
    if (begun === undefined) return given;
    const isOver =
      begun.braces.depth <= 0 || part.text.endsWith("\n") || begun.parts >= MAX_GUESSED_PARTS;
    if (!isOver) return given;
    take(part.stream);
    return [...given, begun.parts === 1 ? line : begun.text];
  }

  return {
    add(line) {
      const part = partOf(line);
      if (part === null) return [line];
      if (part.is === "guess") return guess(line, part);
      if (part.is === "part") return wait(line, part);
      const before = take(part.stream);
      return [before === undefined ? line : before.text + part.text];
    },
    rest() {
      const left = [...waiting.values()].map(({ text }) => text);
      waiting.clear();
      held = 0;
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
