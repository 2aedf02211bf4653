/** How a source is doing, in words. */
import { SOURCE_STATE_TEXT } from "@/components/shell/coverage-text";
import { isBehind, missingNodes } from "@/components/sources/trust";
import type { IconName } from "@/components/ui/icon";
import { formatCount } from "@/components/ui/number-text";
import { isReadToEnd } from "@/lib/drops/reading";
import type { Certificate, SourceReport } from "@/lib/drops/source-report";

/**
 * `fine`: it delivers. `heed`: it delivers, but not all, or not now. `down`: it does not.
 * `waiting`: it connects, or hands over its past.
 */
export type Standing = "fine" | "heed" | "down" | "waiting";

export const STANDING_ICON: Record<Standing, IconName> = {
  fine: "ok",
  heed: "warn",
  down: "close",
  waiting: "ended",
};
export const STANDING_CLASS: Record<Standing, string> = {
  fine: "c-ok",
  heed: "c-audit",
  down: "c-dropped",
  waiting: "dim",
};

export function standingOf(source: SourceReport): Standing {
  if (isReadToEnd(source)) return "fine";
  if (source.state === "connecting" && source.trouble === "") return "waiting";
  if (source.state === "connecting") return "down";
  if (source.state === "disconnected" || source.state === "failed") return "down";
  if (isBehind(source)) return "waiting";
  return source.state === "silent" || missingNodes(source) > 0 ? "heed" : "fine";
}

export function stateWords(source: SourceReport): string {
  if (isReadToEnd(source)) return "read to its end";
  if (source.progress !== null)
    return `reading, ${percent(source.progress.bytes, source.progress.total)}`;
  if (source.catchingUp) return "catching up";
  if (source.state === "connecting" && source.trouble !== "") return "disconnected";
  return SOURCE_STATE_TEXT[source.state];
}

/** `43 %`; never 100 before it is all. */
export function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return "0 %";
  if (part >= whole) return "100 %";
  const share = (part / whole) * 100;
  if (share > 0 && share < 0.1) return "< 0.1 %";
  if (share > 99.9) return "> 99.9 %";
  return `${share < 10 ? share.toFixed(1) : Math.floor(share)} %`;
}

/** `0`, `0.3`, `12`, `4,210`: things per second. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return "0";
  if (perSecond < 0.1) return "< 0.1";
  return perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond);
}

const DAY_MS = 86_400_000;
/** Below this it is time to renew: rotations that failed are seen while there is time to mend them. */
export const HEED_DAYS = 21;

export type Expiry = { standing: Standing; words: string };

export function expiryOf({ notBefore, notAfter }: Certificate, nowMs: number): Expiry {
  const leftMs = Date.parse(notAfter) - nowMs;
  if (leftMs <= 0) return { standing: "down", words: `expired ${days(-leftMs)} ago` };
  if (Date.parse(notBefore) > nowMs) return { standing: "down", words: "not valid yet" };
  const words = `${days(leftMs)} left`;
  return { standing: leftMs < HEED_DAYS * DAY_MS ? "heed" : "fine", words };
}

function days(ms: number): string {
  const count = Math.floor(ms / DAY_MS);
  if (count === 0) return "less than a day";
  return count === 1 ? "1 day" : `${formatCount(count)} days`;
}
