/** Times as a `datetime-local` control holds them, in the reader's zone, to the minute. */
import type { Zone } from "@/components/ui/time-text";

/** `2026-12-01T09:30`; empty for what is no time. */
export function writeLocal(time: string, zone: Zone): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "";
  if (zone === "utc") return date.toISOString().slice(0, 16);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** RFC 3339 in UTC; null for an empty or unfinished time. */
export function readLocal(text: string, zone: Zone): string | null {
  const timeMs = Date.parse(zone === "utc" ? `${text}Z` : text);
  if (text === "" || Number.isNaN(timeMs)) return null;
  return new Date(timeMs).toISOString().replace(".000Z", "Z");
}
