/** What is asked of the process that measures expectations. */

/** Made for some per cent of the series, for all, to begin amid a bucket, with a ceiling; taken back. */
export const CHANGES = ["some", "all", "from ten minutes ago", "ceiling", "revoke"] as const;
export type ChangeKind = (typeof CHANGES)[number];

export type ExpectationsRequest =
  | { what: "open"; series: number; expectations: number; browsers: number }
  | { what: "change"; kind: ChangeKind }
  | { what: "drop"; expectations: number }
  | { what: "fill"; drops: number; expectations: number }
  | { what: "scan" }
  | { what: "preview"; q: string }
  | { what: "hits" };
