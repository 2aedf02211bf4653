/** The relative ranges a view can have. The server knows the same names. */

export const RANGES = ["5m", "15m", "1h", "6h", "24h", "7d"] as const;
export type Range = (typeof RANGES)[number];

export const DEFAULT_RANGE: Range = "1h";

export const RANGE_MS: Record<Range, number> = {
  "5m": 5 * 60_000,
  "15m": 15 * 60_000,
  "1h": 3_600_000,
  "6h": 6 * 3_600_000,
  "24h": 24 * 3_600_000,
  "7d": 7 * 24 * 3_600_000,
};

/** After "in the last". */
export const RANGE_WORDS: Record<Range, string> = {
  "5m": "5 minutes",
  "15m": "15 minutes",
  "1h": "hour",
  "6h": "6 hours",
  "24h": "24 hours",
  "7d": "7 days",
};

export const RANGE_TEXT: Record<Range, string> = {
  "5m": "5 min",
  "15m": "15 min",
  "1h": "1 h",
  "6h": "6 h",
  "24h": "24 h",
  "7d": "7 days",
};
