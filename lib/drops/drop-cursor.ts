/**
 * A place in a list of drops, newest first: by time, and by uuid among drops of the same nanosecond.
 * Everything after it is older. Server and page make the same text of it.
 */
import type { DropRow } from "./view";

export type DropCursor = { timeMs: number; timeNanos: number; uuid: string };

export function formatCursor({ timeMs, timeNanos, uuid }: DropCursor): string {
  return `${timeMs}.${timeNanos}.${uuid}`;
}

/** Null for what `formatCursor` never wrote. */
export function parseCursor(text: string): DropCursor | null {
  const match = /^(\d{1,15})\.(\d{1,6})\.(.{1,128})$/.exec(text);
  if (match === null) return null;
  return { timeMs: Number(match[1]), timeNanos: Number(match[2]), uuid: match[3] ?? "" };
}

/** The place of a row that is shown, whose time is RFC 3339 with nanoseconds. */
export function cursorOfRow({ time, uuid }: Pick<DropRow, "time" | "uuid">): DropCursor {
  const [seconds = "", fraction = ""] = time.replace("Z", "").split(".");
  const nanos = fraction.padEnd(9, "0");
  return {
    timeMs: Date.parse(`${seconds}Z`) + Number(nanos.slice(0, 3)),
    timeNanos: Number(nanos.slice(3, 9)),
    uuid,
  };
}
