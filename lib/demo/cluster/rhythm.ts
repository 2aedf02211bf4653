/**
 * How busy the demo cluster is at a moment: factors around 1 that scale a scenario's rate.
 * Times are local: milliseconds since the epoch plus the offset of the cluster's zone.
 */
import { hash } from "./random";

export type Rhythm = (timeMs: number, seed: number) => number;

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** People at work: about 0.25 at night, 1.4 in the early afternoon, restless by the minute. */
export const byDay: Rhythm = (timeMs, seed) => {
  const hour = (timeMs / HOUR) % 24;
  const light = Math.max(0, Math.sin(((hour - 5) / 16) * Math.PI));
  return (0.25 + 1.15 * light ** 1.3) * restless(timeMs, seed);
};

/** Machines: the same by day and night, with ripples. */
export const steady: Rhythm = (timeMs, seed) => restless(timeMs, seed);

/** Pipelines: mostly in office hours, with pushes that come in waves of minutes. */
export const byPush: Rhythm = (timeMs, seed) => {
  const wave = unit(seed, "push", Math.floor(timeMs / (4 * MINUTE)));
  return byDay(timeMs, seed) * (wave > 0.7 ? 2.4 : 0.4);
};

/** A batch that runs at night (01:00 to 04:00) and idles by day. */
export const byNight: Rhythm = (timeMs) => {
  const hour = (timeMs / HOUR) % 24;
  return hour >= 1 && hour < 4 ? 3 : 0.35;
};

/** On for some 20 to 50 s out of every 9 minutes or so, at a moment only the seed knows. */
export const inBursts: Rhythm = (timeMs, seed) => {
  const window = Math.floor(timeMs / (9 * MINUTE));
  const start = unit(seed, "burst", window) * 8 * MINUTE;
  const length = 20_000 + unit(seed, "length", window) * 30_000;
  const into = timeMs - window * 9 * MINUTE - start;
  return into >= 0 && into < length ? 1 : 0;
};

/** Nothing before `startMs`, then rising for 45 minutes to a plateau. */
export function risingFrom(startMs: number): Rhythm {
  return (timeMs, seed) => {
    if (timeMs < startMs) return 0;
    return (0.08 + 0.92 * Math.min(1, (timeMs - startMs) / (45 * MINUTE))) * restless(timeMs, seed);
  };
}

/** Between 0.6 and 1.4, changing smoothly over half minutes. */
function restless(timeMs: number, seed: number): number {
  const step = timeMs / 30_000;
  const from = unit(seed, "ripple", Math.floor(step));
  const to = unit(seed, "ripple", Math.floor(step) + 1);
  return 0.6 + 0.8 * (from + (to - from) * (step % 1));
}

function unit(seed: number, name: string, index: number): number {
  return hash(seed, name, index) / 0x100000000;
}
