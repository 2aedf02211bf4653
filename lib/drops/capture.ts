/** What is told of a capture: a file of Hubble's lines, opened for a while in a view of its own. */

export type CaptureSummary = {
  id: string;
  /** Of the file, as the browser named it. */
  name: string;
  /** `failed`: nothing to look at; `problem` says why. */
  state: "reading" | "ready" | "failed";
  problem: string;
  /** Bytes of the file as they came, packed or not. */
  bytes: number;
  totalBytes: number;
  /** Lines that are not empty. */
  lines: number;
  /** What they held: each is a flow, another record, or unreadable. A line may hold several. */
  records: number;
  flows: number;
  /** Readable records that are no flows, by what they are: `lost_events`, `agent_event`, … */
  others: Readonly<Record<string, number>>;
  unreadable: number;
  /** The first of them. */
  samples: readonly { line: number; reason: string; sample: string }[];
  /** What became of flows and unreadable lines; they add up (`Outcomes` of the accounting). */
  account: CaptureAccount;
  /** What Hubble says it lost: an upper bound over all verdicts, as text. */
  lostAtMost: string;
  /** Of its drops; null while there are none. The last one lies before `toMs`. */
  range: { fromMs: number; toMs: number } | null;
  /** Drops older than the view can reach: their clocks, or the file, are of another time. */
  before: number;
  openedAt: string;
  /** When it goes unless somebody looks at it. */
  closesAt: string;
};

export type CaptureAccount = {
  received: number;
  /** Drops. */
  stored: number;
  /** Second flows of drops. */
  paired: number;
  duplicate: number;
  rejected: number;
  /** Flows whose verdict is neither DROPPED nor AUDIT. */
  outOfScope: number;
  shed: number;
  inFlight: number;
};

/** What may be opened. */
export type CaptureLimits = { maxBytes: number; partBytes: number; idleHours: number };

export type CaptureList = { captures: readonly CaptureSummary[]; limits: CaptureLimits };
