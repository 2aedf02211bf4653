/** The relative ranges a view can have, up to what is kept by default. The server knows the same names. */

export const RANGES = [
  "5m",
  "15m",
  "30m",
  "1h",
  "3h",
  "6h",
  "12h",
  "24h",
  "2d",
  "7d",
  "14d",
  "30d",
] as const;
export type Range = (typeof RANGES)[number];

export const DEFAULT_RANGE: Range = "1h";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const RANGE_MS: Record<Range, number> = {
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "30m": 30 * MINUTE,
  "1h": HOUR,
  "3h": 3 * HOUR,
  "6h": 6 * HOUR,
  "12h": 12 * HOUR,
  "24h": DAY,
  "2d": 2 * DAY,
  "7d": 7 * DAY,
  "14d": 14 * DAY,
  "30d": 30 * DAY,
};

/** After "in the last". */
export const RANGE_WORDS: Record<Range, string> = {
  "5m": "5 minutes",
  "15m": "15 minutes",
  "30m": "30 minutes",
  "1h": "hour",
  "3h": "3 hours",
  "6h": "6 hours",
  "12h": "12 hours",
  "24h": "24 hours",
  "2d": "2 days",
  "7d": "7 days",
  "14d": "14 days",
  "30d": "30 days",
};

export const RANGE_TEXT: Record<Range, string> = {
  "5m": "5 min",
  "15m": "15 min",
  "30m": "30 min",
  "1h": "1 h",
  "3h": "3 h",
  "6h": "6 h",
  "12h": "12 h",
  "24h": "24 h",
  "2d": "2 days",
  "7d": "7 days",
  "14d": "14 days",
  "30d": "30 days",
};
