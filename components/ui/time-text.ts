/** Times as text. The zone is the reader's choice and always an argument. */

export const ZONES = ["utc", "local"] as const;
export type Zone = (typeof ZONES)[number];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Age in one unit, as short as it can be read: `0s`, `40s`, `7m`, `5h`, `6d`. */
export function formatAge(ageMs: number): string {
  if (ageMs < MINUTE) return `${Math.max(0, Math.floor(ageMs / SECOND))}s`;
  if (ageMs < HOUR) return `${Math.floor(ageMs / MINUTE)}m`;
  if (ageMs < 2 * DAY) return `${Math.floor(ageMs / HOUR)}h`;
  return `${Math.floor(ageMs / DAY)}d`;
}

/** A length of time in words: `5 s`, `3 min`, `1 h`, `7 days`. */
export function formatLength(lengthMs: number): string {
  if (lengthMs < MINUTE) return `${Math.round(lengthMs / SECOND)} s`;
  if (lengthMs < 2 * HOUR && lengthMs % HOUR !== 0) return `${Math.round(lengthMs / MINUTE)} min`;
  if (lengthMs < 2 * DAY) return `${Math.round(lengthMs / HOUR)} h`;
  return `${Math.round(lengthMs / DAY)} days`;
}

/** `14:32`, or with seconds `14:32:07`. */
export function formatClock(timeMs: number, zone: Zone, seconds = false): string {
  const parts = partsOf(timeMs, zone);
  return `${parts.hour}:${parts.minute}${seconds ? `:${parts.second}` : ""}`;
}

/** `14:32:07.118`, for lists of drops. */
export function formatFineClock(timeMs: number, zone: Zone): string {
  return `${formatClock(timeMs, zone, true)}.${String(timeMs % 1_000).padStart(3, "0")}`;
}

/** The exact time for a hover or a copy: `2026-11-21 14:32:07.118 UTC`, or with `UTC+01:00`. */
export function formatStamp(timeMs: number, zone: Zone): string {
  const { year, month, day } = partsOf(timeMs, zone);
  const name = zone === "utc" ? "UTC" : `UTC${offsetOf(timeMs)}`;
  return `${year}-${month}-${day} ${formatFineClock(timeMs, zone)} ${name}`;
}

/** A clock time, with its day when it is not the day of `nowMs`. */
export function formatMoment(timeMs: number, nowMs: number, zone: Zone): string {
  const then = partsOf(timeMs, zone);
  const now = partsOf(nowMs, zone);
  const sameDay = then.day === now.day && then.month === now.month && then.year === now.year;
  const clock = formatClock(timeMs, zone);
  return sameDay ? clock : `${then.year}-${then.month}-${then.day} ${clock}`;
}

/**
 * `14:05–14:08`; seconds only when the minutes alone would read as no time at all, the days when it
 * is longer than one or `days` asks for them (`11-20 14:05–14:08`), and the offsets from UTC when
 * the clocks were changed in between: an hour may be there twice.
 */
export function formatSpan(fromMs: number, toMs: number, zone: Zone, days = false): string {
  const seconds = toMs - fromMs < 2 * MINUTE;
  if (days || toMs - fromMs > DAY) return formatDays(fromMs, toMs, zone);
  if (zone === "local" && offsetOf(fromMs) !== offsetOf(toMs)) {
    const ends = [fromMs, toMs].map(
      (timeMs) => `${formatClock(timeMs, zone, seconds)} ${offsetOf(timeMs)}`,
    );
    return ends.join("–");
  }
  return `${formatClock(fromMs, zone, seconds)}–${formatClock(toMs, zone, seconds)}`;
}

function formatDays(fromMs: number, toMs: number, zone: Zone): string {
  const [from, to] = [partsOf(fromMs, zone), partsOf(toMs, zone)];
  const isOneDay = from.day === to.day && from.month === to.month;
  const start = `${from.month}-${from.day} ${formatClock(fromMs, zone)}`;
  const end = formatClock(toMs, zone);
  return isOneDay ? `${start}–${end}` : `${start} – ${to.month}-${to.day} ${end}`;
}

/** Of local time then, from UTC: `+01:00`. */
function offsetOf(timeMs: number): string {
  const minutes = -new Date(timeMs).getTimezoneOffset();
  const two = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

type Parts = Record<"year" | "month" | "day" | "hour" | "minute" | "second", string>;

function partsOf(timeMs: number, zone: Zone): Parts {
  const date = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, "0");
  if (zone === "utc") {
    return {
      year: String(date.getUTCFullYear()),
      month: two(date.getUTCMonth() + 1),
      day: two(date.getUTCDate()),
      hour: two(date.getUTCHours()),
      minute: two(date.getUTCMinutes()),
      second: two(date.getUTCSeconds()),
    };
  }
  return {
    year: String(date.getFullYear()),
    month: two(date.getMonth() + 1),
    day: two(date.getDate()),
    hour: two(date.getHours()),
    minute: two(date.getMinutes()),
    second: two(date.getSeconds()),
  };
}
