/**
 * What the server sends, checked where it comes in. Server and page are one build, so this looks
 * at the frame of each answer and not at every cell: enough to tell "another version" or "not
 * Droplens at all" from a view.
 */
import type {
  Coverage,
  DropDetails,
  DropRow,
  GroupDetails,
  View,
  ViewDelta,
} from "@/lib/drops/view";

type Guard<T> = (value: unknown) => value is T;

const VIEW_NUMBERS = ["fromMs", "toMs", "groupCount", "unfilteredGroups"];

export const isViewDelta: Guard<ViewDelta> = (value): value is ViewDelta =>
  isFrame(value) && Array.isArray(value.removed);

export const isView: Guard<View> = (value): value is View =>
  isFrame(value) && typeof value.query === "string" && typeof value.stepMs === "number";

export const isGroupDetails: Guard<GroupDetails> = (value): value is GroupDetails =>
  isRecord(value) &&
  isRecord(value.group) &&
  typeof value.group.id === "string" &&
  Array.isArray(value.series) &&
  Array.isArray(value.drops);

export const isDropDetails: Guard<DropDetails> = (value): value is DropDetails =>
  isRecord(value) && isRecord(value.drop) && isRecord(value.attribution) && "dropFlow" in value;

/** The `drops` event: the newest drops and how many came with them. */
export const isNewestDrops: Guard<{ drops: readonly DropRow[]; skipped: number }> = (
  value,
): value is { drops: readonly DropRow[]; skipped: number } =>
  isRecord(value) && Array.isArray(value.drops) && typeof value.skipped === "number";

/** `status` events carry the coverage, or only its sources. */
export function isCoverageChange(value: unknown): value is Pick<Coverage, "sources"> {
  return isRecord(value) && Array.isArray(value.sources);
}

/** Throws in words when an answer is not what this page was built for. */
export function expectAnswer<T>(value: unknown, guard: Guard<T>): T {
  if (guard(value)) return value;
  throw new Error("Droplens answered in a form this page does not know. Reload the page.");
}

function isFrame(value: unknown): value is Record<string, unknown> {
  return (
    isRecord(value) &&
    VIEW_NUMBERS.every((name) => typeof value[name] === "number") &&
    isRecord(value.totals) &&
    isRecord(value.totals.byState) &&
    Array.isArray(value.groups) &&
    Array.isArray(value.timeline) &&
    isRecord(value.coverage) &&
    Array.isArray(value.coverage.sources) &&
    Array.isArray(value.coverage.gaps)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
