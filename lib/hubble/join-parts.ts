/**
 * Joins records that a container runtime cut into several lines, because it writes no more than
 * 16 KiB a line: CRI marks parts with `P`, Docker leaves out the newline at their end, and shippers
 * hand on such marks (`_p`, `logtag`, `partial_message`).
 */
import { MAX_RECORD_BYTES } from "./limits";
import { RUNTIME_PREFIX } from "./line-text";

export type PartJoiner = {
  /** The line, the whole that it completes, or null while more is to come. */
  add(line: string): string | null;
  /** Parts whose end never came. */
  rest(): string[];
};

type Part = { stream: string; text: string; isLast: boolean };

export function createPartJoiner(): PartJoiner {
  const waiting = new Map<string, string>();

  return {
    add(line) {
      const part = partOf(line);
      if (part === null) return line;
      const before = waiting.get(part.stream);
      if (before === undefined && part.isLast) return line;
      const text = (before ?? "") + part.text;
      // What is too long goes on as it is, and is counted as that.
      if (part.isLast || text.length > MAX_RECORD_BYTES) {
        waiting.delete(part.stream);
        return text;
      }
      waiting.set(part.stream, text);
      return null;
    },
    rest() {
      const left = [...waiting.values()];
      waiting.clear();
      return left;
    },
  };
}

const MARKED = /"(_p|logtag)"\s*:\s*"[PF]|"partial(_message)?"\s*:/;
/** Docker's own form begins so; elsewhere a missing newline says nothing. */
const DOCKER = '{"log":"';

function partOf(line: string): Part | null {
  const first = line.charCodeAt(0);
  if (first === OPEN) {
    const isDocker = line.startsWith(DOCKER);
    return isDocker || MARKED.test(line) ? partOfJson(line, isDocker) : null;
  }
  const prefix = first <= NINE ? RUNTIME_PREFIX.exec(line) : null;
  if (prefix === null) return null;
  return {
    stream: prefix[1] ?? "",
    text: line.slice(prefix[0].length),
    isLast: prefix[2] === "F",
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
  if (typeof mark === "string") return { stream, text, isLast: !mark.startsWith("P") };
  const partial = json.partial_message ?? json.partial;
  if (partial !== undefined) {
    const isLast = json.partial_last === true || json.partial_last === "true";
    return { stream, text, isLast: isLast || !(partial === true || partial === "true") };
  }
  if (!isDocker || typeof json.stream !== "string") return null;
  // A shipper may have taken every newline: then only what is no whole record is a part.
  return { stream, text: text.replace(/\n$/, ""), isLast: text.endsWith("\n") || isWhole(text) };
}

function isWhole(text: string): boolean {
  return !text.trimStart().startsWith("{")
    ? !text.includes("{") && text.length < 16_384
    : parse(text) !== null;
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
