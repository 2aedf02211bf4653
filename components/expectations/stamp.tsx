"use client";
/** A time in full, to the second: for facts and trails, where an age says too little. */
import { FlowText } from "@/components/ui/flow-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatStamp } from "@/components/ui/time-text";

export function Stamp({ time }: { time: string }) {
  const { zone } = usePreferences();
  const timeMs = Date.parse(time);
  if (Number.isNaN(timeMs)) return <FlowText text={time} />;
  return <time dateTime={time}>{formatStamp(timeMs, zone).replace(/\.\d{3}/, "")}</time>;
}
