"use client";
/** A time to come as what is left until then. */
import { useTicking } from "@/components/ui/ticker";
import { formatLength } from "@/components/ui/time-text";

export function Until({ time }: { time: string }) {
  const timeMs = Date.parse(time);
  const left = useTicking((nowMs) => {
    const seconds = Math.ceil((timeMs - nowMs) / 1_000);
    return seconds <= 0 ? "now" : `in ${formatLength(seconds * 1_000)}`;
  });
  return <time dateTime={time}>{left}</time>;
}
