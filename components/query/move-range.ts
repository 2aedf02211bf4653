/** Earlier, later and wider: what the arrows beside the range do. Pure. */
import { RANGE_MS, RANGES } from "@/components/query/ranges";
import type { AskedState } from "@/components/query/url-state";

export type RangeState = Pick<AskedState, "range" | "span">;
type Span = NonNullable<RangeState["span"]>;

/** The times a range stands for now. */
export function spanOf({ range, span }: RangeState, nowMs: number): Span {
  return span ?? { fromMs: nowMs - RANGE_MS[range], toMs: nowMs };
}

/** What is so near to now, as a part of its length, is meant to be live. */
const NEAR_NOW = 0.1;

/** Half its length to the left or right. Where it comes near now or passes it, it is live again. */
export function shifted(state: RangeState, way: -1 | 1, nowMs: number): RangeState {
  const { fromMs, toMs } = spanOf(state, nowMs);
  const length = toMs - fromMs;
  const by = (way * length) / 2;
  const span = whole({ fromMs: fromMs + by, toMs: toMs + by });
  const isLive = way === 1 && span.toMs > nowMs - length * NEAR_NOW;
  return isLive ? live(state, length) : { range: state.range, span };
}

/** Twice as long around its middle; a live range stays live. */
export function widened(state: RangeState, nowMs: number): RangeState {
  const { fromMs, toMs } = spanOf(state, nowMs);
  const length = toMs - fromMs;
  if (state.span === null) return live(state, length + 1);
  const to = Math.min(toMs + length / 2, nowMs);
  return { range: state.range, span: whole({ fromMs: to - 2 * length, toMs: to }) };
}

/** The shortest live range that holds so much; the longest where none does. */
function live(state: RangeState, lengthMs: number): RangeState {
  const range = RANGES.find((name) => RANGE_MS[name] >= lengthMs) ?? RANGES.at(-1) ?? state.range;
  return { range, span: null };
}

function whole({ fromMs, toMs }: Span): Span {
  return { fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs) };
}

/** Why two times are no range, in words; null where they are one. */
export function rangeProblem({ fromMs, toMs }: Span, nowMs: number): string | null {
  if (fromMs >= toMs) return "The end must be after the begin.";
  if (toMs - fromMs < 1_000) return "A range is at least a second long.";
  if (toMs - fromMs > 400 * 86_400_000) return "A range is at most 400 days long.";
  return fromMs >= nowMs ? "The range begins in the future." : null;
}
