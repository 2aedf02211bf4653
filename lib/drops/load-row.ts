/** What the store says it has of one series in one bucket: what a window is loaded with. */
import type { Series } from "./drop";
import type { Outcome } from "./outcome";

export type LoadRow = {
  series: Series;
  /** Any time in the bucket. */
  bucketMs: number;
  drops: number;
  attempts: number;
  firstMs: number;
  lastMs: number;
  /** What the expectations make of them; by default none touches them. */
  outcome?: Outcome;
};

/** One that was held against the expectations. */
export type Counted = LoadRow & { outcome: Outcome };
