/**
 * The live view in the browser: a snapshot, then deltas laid over it. Pure; groups that did not
 * change keep their identity, so that their rows are not drawn again. One pass over the groups.
 */
import type { Bucket, View, ViewDelta } from "@/lib/drops/view";

/** More groups than this are not held in a browser; `groupCount` still says how many there are. */
export const MAX_GROUPS = 10_000;

export function mergeDelta(view: View, delta: ViewDelta): View {
  return {
    ...view,
    fromMs: delta.fromMs,
    toMs: delta.toMs,
    totals: delta.totals,
    groups: mergeGroups(view.groups, delta),
    groupCount: delta.groupCount,
    timeline: mergeTimeline(view.timeline, delta.timeline, delta.fromMs),
    coverage: delta.coverage,
    unfilteredGroups: delta.unfilteredGroups,
  };
}

function mergeGroups(groups: View["groups"], delta: ViewDelta): View["groups"] {
  if (delta.groups.length === 0 && delta.removed.length === 0) return groups;
  const changed = new Map(delta.groups.map((group) => [group.id, group]));
  const removed = new Set(delta.removed);
  const merged = [];
  for (const group of groups) {
    if (removed.has(group.id)) continue;
    merged.push(changed.get(group.id) ?? group);
    changed.delete(group.id);
  }
  for (const group of changed.values()) {
    if (merged.length >= MAX_GROUPS) break;
    if (!removed.has(group.id)) merged.push(group);
  }
  return merged;
}

/** Buckets replace their like by time; those that slid out of the range go. */
function mergeTimeline(
  timeline: readonly Bucket[],
  changed: readonly Bucket[],
  fromMs: number,
): readonly Bucket[] {
  const oldest = timeline[0];
  if (changed.length === 0 && (oldest === undefined || oldest.timeMs >= fromMs)) return timeline;
  const stepMs = stepOf(timeline, changed);
  const byTime = new Map(timeline.map((bucket) => [bucket.timeMs, bucket]));
  for (const bucket of changed) byTime.set(bucket.timeMs, bucket);
  return [...byTime.values()]
    .filter((bucket) => bucket.timeMs + stepMs > fromMs)
    .sort((a, b) => a.timeMs - b.timeMs);
}

function stepOf(...lists: readonly (readonly Bucket[])[]): number {
  for (const [first, second] of lists) {
    if (first !== undefined && second !== undefined) return second.timeMs - first.timeMs;
  }
  return 0;
}
