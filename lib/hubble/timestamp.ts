/**
 * Protobuf timestamps as text and as milliseconds. JavaScript's `Date` stops at milliseconds, and
 * Hubble's order within one is in the nanoseconds, so they are kept apart.
 */
import type { Timestamp } from "./generated/google/protobuf/timestamp";

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Reads RFC 3339 text with any number of fractional digits; null when it is not a time. */
export function parseTimestamp(text: string): Timestamp | null {
  const match = RFC3339.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = "", sign, hours, minutes] = match;
  const utc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const date = new Date(utc);
  if (date.getUTCMonth() + 1 !== Number(month) || Number(hour) > 23 || Number(minute) > 59) {
    return null;
  }
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === "-" ? -60 : 60);
  const nanos = Number(fraction.slice(0, 9).padEnd(9, "0"));
  return { seconds: String(utc / 1000 - offset), nanos };
}

/**
 * RFC 3339 in UTC with 0, 3, 6 or 9 fractional digits, as protobuf's JSON mapping writes it. What
 * that cannot say becomes the nearest that it can, so that a line of it can be read again.
 */
export function formatTimestamp(time: Timestamp): string {
  const whole = new Date(credibleMs(Number(time.seconds) * 1000)).toISOString().slice(0, -5);
  const isFraction = time.nanos > 0 && time.nanos < 1e9;
  if (!isFraction) return `${whole}Z`;
  const digits = String(time.nanos).padStart(9, "0");
  return `${whole}.${digits.replace(/000(000)?$/, "")}Z`;
}

/** The timestamp of a time in milliseconds since the epoch. */
export function timestampOfMs(ms: number): Timestamp {
  const seconds = Math.floor(ms / 1000);
  return { seconds: String(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

/** 0001-01-01 and 9999-12-31: the first and the last that a protobuf timestamp and RFC 3339 know. */
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;

/** A sender may put any number where a time belongs: held to the years 1 to 9999. */
export function credibleMs(ms: number): number {
  return Number.isFinite(ms) ? Math.min(Math.max(ms, FIRST_MS), LAST_MS) : 0;
}

/** Whole milliseconds since the epoch, rounded down. */
export function msOfTimestamp(time: Timestamp): number {
  return credibleMs(Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6));
}
