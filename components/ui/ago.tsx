"use client";
/** A time as its age, with the exact time on hover. */
import { usePreferences } from "@/components/ui/preferences";
import { useTicking } from "@/components/ui/ticker";
import { formatAge, formatStamp } from "@/components/ui/time-text";

export function Ago({ time, before = "" }: { time: string; before?: string }) {
  const { zone } = usePreferences();
  const timeMs = Date.parse(time);
  const age = useTicking((nowMs) => formatAge(nowMs - timeMs));
  if (Number.isNaN(timeMs)) return <span className="dim">–</span>;
  return (
    <time dateTime={time} title={`${before}${formatStamp(timeMs, zone)}`}>
      {age}
    </time>
  );
}
