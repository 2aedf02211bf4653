/** The ways of working on messages that the pipeline benchmark compares, each more than the one before. */

export const STAGES = ["generated", "decode", "drops", "live"] as const;
export type Stage = (typeof STAGES)[number];
