/** How far the files are read that are read once. Pure. */
import type { SourceSummary } from "./view";

type Source = Pick<SourceSummary, "progress">;

/** It has given all it has, and will give no more: nothing of it is missing. */
export function isReadToEnd({ progress }: Source): boolean {
  return progress !== null && progress.total > 0 && progress.bytes >= progress.total;
}

/** It delivers, or has delivered all it ever will. */
export function isUp(source: Pick<SourceSummary, "progress" | "state">): boolean {
  return source.state === "connected" || isReadToEnd(source);
}

/** The part that is read, 0 to 1, and how long the rest takes at the present pace, where known. */
export function readingOf({ progress }: Source): { part: number; leftMs: number | null } | null {
  if (progress === null || progress.total === 0 || progress.bytes >= progress.total) return null;
  const { bytes, total, bytesPerSecond } = progress;
  const leftMs = bytesPerSecond === 0 ? null : ((total - bytes) / bytesPerSecond) * 1_000;
  return { part: bytes / total, leftMs };
}
