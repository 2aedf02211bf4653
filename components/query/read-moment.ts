/**
 * A time as people type it, read in the zone they chose: `14:05`, `yesterday 14:05`,
 * `2026-11-21 14:05:30`, RFC 3339, `now-2h`, or seconds or milliseconds since the epoch.
 */
import type { Zone } from "@/components/ui/time-text";

export type Moment = { ok: true; timeMs: number } | { ok: false; message: string };

type Day = { year: number; month: number; day: number };

const UNITS_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const EXAMPLES = "14:05, 2026-11-21 14:05 or now-2h";
const CLOCK = String.raw`(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?`;
const DATE = String.raw`(\d{4})-(\d{1,2})-(\d{1,2})`;
const OFFSET = String.raw`\s*(z|utc|gmt|[+-]\d\d:?\d\d)?`;

export function readMoment(given: string, nowMs: number, zone: Zone): Moment {
  const text = given.trim().toLowerCase().replace(/\s+/g, " ");
  if (text === "") return wrong(`No time is given. Write ${EXAMPLES}.`);
  return (
    readRelative(text, nowMs) ??
    readEpoch(text) ??
    readWritten(text, nowMs, zone) ??
    wrong(`“${shortened(given)}” is not a time. Write ${EXAMPLES}.`)
  );
}

/** `now`, `now-90m`, `-90m`, `90m ago`. */
function readRelative(text: string, nowMs: number): Moment | null {
  if (text === "now") return { ok: true, timeMs: nowMs };
  const match = /^(?:now ?)?- ?(\d{1,6}) ?([smhd])$|^(\d{1,6}) ?([smhd]) ago$/.exec(text);
  if (match === null) return null;
  const unitMs = UNITS_MS[match[2] ?? match[4] ?? ""] ?? 0;
  return { ok: true, timeMs: nowMs - Number(match[1] ?? match[3]) * unitMs };
}

/** Ten digits are seconds, thirteen milliseconds. */
function readEpoch(text: string): Moment | null {
  if (/^\d{10}$/.test(text)) return { ok: true, timeMs: Number(text) * 1_000 };
  return /^\d{13}$/.test(text) ? { ok: true, timeMs: Number(text) } : null;
}

function readWritten(text: string, nowMs: number, zone: Zone): Moment | null {
  const dated = new RegExp(`^${DATE}(?:[t ]${CLOCK}${OFFSET})?$`).exec(text);
  if (dated !== null) {
    const [, year, month, day, hour, minute, second, fraction, offset] = dated;
    const on = { year: Number(year), month: Number(month), day: Number(day) };
    return compose(on, clockOf(hour ?? "0", minute, second, fraction), offset, zone);
  }
  const clock = new RegExp(`^(?:(today|yesterday) )?${CLOCK}${OFFSET}$`).exec(text);
  if (clock === null) return null;
  const [, word, hour, minute, second, fraction, offset] = clock;
  const inZone = offset === undefined ? zone : "utc";
  const at = clockOf(hour ?? "0", minute, second, fraction);
  const today = dayOf(nowMs, inZone);
  const found = compose(word === "yesterday" ? dayBefore(today) : today, at, offset, zone);
  // A bare clock time is the last one there was, not one to come.
  if (!found.ok || word !== undefined || found.timeMs <= nowMs) return found;
  return compose(dayBefore(today), at, offset, zone);
}

type Clock = { hour: number; minute: number; second: number; ms: number };

function clockOf(hour: string, minute = "0", second = "0", fraction = "0"): Clock {
  const ms = Number(fraction.padEnd(3, "0").slice(0, 3));
  return { hour: Number(hour), minute: Number(minute), second: Number(second), ms };
}

function compose(on: Day, at: Clock, offset: string | undefined, zone: Zone): Moment {
  if (at.hour > 23) return wrong(`There is no hour ${at.hour}: they go from 0 to 23.`);
  if (at.minute > 59) return wrong(`There is no minute ${at.minute}: they go from 0 to 59.`);
  if (at.second > 59) return wrong(`There is no second ${at.second}: they go from 0 to 59.`);
  const { year, month, day } = on;
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12) return wrong(`There is no month ${month}.`);
  if (day < 1 || day > days) return wrong(`There is no day ${day} in that month.`);
  const parts = [year, month - 1, day, at.hour, at.minute, at.second, at.ms] as const;
  if (offset === undefined && zone === "local") {
    return { ok: true, timeMs: new Date(...parts).getTime() };
  }
  return { ok: true, timeMs: Date.UTC(...parts) - offsetMs(offset) };
}

function offsetMs(offset = "z"): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(offset);
  if (match === null) return 0;
  const ms = (Number(match[2]) * 60 + Number(match[3])) * 60_000;
  return match[1] === "-" ? -ms : ms;
}

function dayOf(timeMs: number, zone: Zone): Day {
  const date = new Date(timeMs);
  return zone === "utc"
    ? { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
    : { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() };
}

/** By the calendar: a day on which the clocks are changed has 23 or 25 hours. */
function dayBefore({ year, month, day }: Day): Day {
  return dayOf(Date.UTC(year, month - 1, day - 1), "utc");
}

function shortened(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}

function wrong(message: string): Moment {
  return { ok: false, message };
}
