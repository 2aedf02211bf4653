/** A point in time to the nanosecond, as drops carry it, read from RFC 3339. */

/** `timeNanos` are nanoseconds within the millisecond, 0 to 999,999. */
export type Moment = { timeMs: number; timeNanos: number };

const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/** Null for what is no time; it needs a zone, so that it means the same everywhere. */
export function readMoment(text: string): Moment | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, day, clock, fraction = "", zone] = match;
  const seconds = Date.parse(`${day}T${clock}${zone?.toUpperCase()}`);
  if (Number.isNaN(seconds)) return null;
  const nanos = Number(fraction.padEnd(9, "0"));
  return { timeMs: seconds + Math.floor(nanos / 1e6), timeNanos: nanos % 1e6 };
}

export function isBefore(a: Moment, b: Moment): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.timeNanos < b.timeNanos);
}

/** RFC 3339 in UTC, with as many digits as the time needs: none, three or nine. */
export function formatMoment({ timeMs, timeNanos }: Moment): string {
  const text = new Date(timeMs).toISOString();
  if (timeNanos !== 0) return text.replace("Z", `${String(timeNanos).padStart(6, "0")}Z`);
  return text.replace(".000Z", "Z");
}
