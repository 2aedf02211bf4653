/** When an expectation ends, in words as short as they can be read. */
import { formatLength, formatStamp, type Zone } from "@/components/ui/time-text";

/** `in 12 days`, `3 h ago`, `never`. */
export function endText(expiresAt: string | null, nowMs: number): string {
  if (expiresAt === null) return "never";
  const leftMs = Date.parse(expiresAt) - nowMs;
  if (Number.isNaN(leftMs)) return "cannot be read";
  return leftMs >= 0 ? `in ${formatLength(leftMs)}` : `${formatLength(-leftMs)} ago`;
}

export function endTitle(expiresAt: string | null, zone: Zone): string {
  if (expiresAt === null) return "It has no end";
  const timeMs = Date.parse(expiresAt);
  return Number.isNaN(timeMs) ? expiresAt : formatStamp(timeMs, zone);
}
