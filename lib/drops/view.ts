/**
 * What a screen of Triage shows: the shapes that the HTTP API and the live stream answer with and
 * the components draw. Times are RFC 3339 UTC strings where a person reads them, milliseconds
 * (`…Ms`) where a chart does.
 */
import type { Certainty, PartyKind, TagState, Verdict } from "./drop";
import type { Direction, PolicyRef } from "./flow";

/** Where a group stands in the operator's order of need. */
export const GROUP_STATES = ["unexpected", "audit", "infrastructure", "expected"] as const;
export type GroupState = (typeof GROUP_STATES)[number];

export type Count = { drops: number; attempts: number; groups: number };

/** `drops = unexpected + expected`; the other counts say what of it is which. */
export type Totals = {
  drops: number;
  attempts: number;
  unexpected: number;
  expected: number;
  /** Unexpected drops by policy (verdict DROPPED), audit (would drop) and other reasons. */
  byState: Record<GroupState, Count>;
};

export type PartyView = {
  kind: PartyKind;
  key: string;
  name: string;
  namespace: string;
  cluster: string;
};

export type AttributionView = {
  kind: "policy" | "default-deny" | "other";
  certainty: Certainty;
  policies: readonly PolicyRef[];
  endpoint?: PartyView;
  /** Enum name of the drop reason, for example `POLICY_DENIED`. */
  reason?: string;
};

export type ReasonView = { code: number; name: string; text: string };

/** One line of "who to whom" in a group, the busiest first. */
export type Pairing = {
  source: PartyView;
  destination: PartyView;
  protocol: string;
  port: number;
  l7: string;
};

export type Group = {
  id: string;
  state: GroupState;
  attribution: AttributionView;
  tags: readonly string[];
  tagState: TagState;
  verdict: Verdict;
  direction: Direction;
  cluster: string;
  reason: ReasonView | null;
  drops: number;
  attempts: number;
  expected: number;
  /** First time ever seen in what the store keeps, last time seen in the range. */
  firstSeen: string;
  lastSeen: string;
  /** Distinct sources and destinations in the range. */
  sources: number;
  destinations: number;
  /** Distinct destination ports in the range. */
  ports: number;
  series: number;
  /** Its busiest series in the range. */
  top: Pairing;
  /** Attempts over the range in `TREND_BLOCKS` equal parts, oldest first. */
  trend: readonly number[];
};

export const TREND_BLOCKS = 24;

/** One bar of the timeline; counts are attempts. `gap`: no source was connected in it. */
export type Bucket = {
  timeMs: number;
  dropped: number;
  audit: number;
  infrastructure: number;
  expected: number;
  gap: boolean;
};

export type SourceState = "connecting" | "connected" | "silent" | "disconnected" | "failed";

/** One source as the header shows it. */
export type SourceSummary = {
  id: string;
  kind: "relay" | "file" | "push" | "demo";
  address: string;
  state: SourceState;
  /** In words, when something is wrong: the cause and what to try. */
  message: string;
  /** Since when it has been in this state. */
  since: string;
  /** Newest flow's age at arrival, milliseconds; null before the first flow. */
  lagMs: number | null;
  nodesConnected: number;
  nodesUnavailable: number;
};

/** A stretch in which a source was not connected; `refilled`: the relay gave its flows afterwards. */
export type Gap = { fromMs: number; toMs: number; refilled: boolean };

/** How complete the view is. When `complete` is false, totals read "at least". */
export type Coverage = {
  complete: boolean;
  gaps: readonly Gap[];
  /** Upper bound of events of any verdict that Hubble says it lost in the range. */
  lostAtMost: number;
  sources: readonly SourceSummary[];
};

/** What `/api/groups` answers and the `snapshot` event carries. */
export type View = {
  query: string;
  fromMs: number;
  toMs: number;
  stepMs: number;
  totals: Totals;
  groups: readonly Group[];
  /** All groups of the view; `groups` may hold the first part of them. */
  groupCount: number;
  timeline: readonly Bucket[];
  coverage: Coverage;
  /** What the view would hold without its query, to tell "nothing dropped" from "all filtered". */
  unfilteredGroups: number;
};

/** Change since the previous event. Groups are whole rows; `removed` are ids that left the range. */
export type ViewDelta = {
  fromMs: number;
  toMs: number;
  totals: Totals;
  groups: readonly Group[];
  removed: readonly string[];
  groupCount: number;
  timeline: readonly Bucket[];
  coverage: Coverage;
  unfilteredGroups: number;
};

/** One drop as a list shows it. */
export type DropRow = {
  uuid: string;
  time: string;
  group: string;
  series: string;
  verdict: Verdict;
  direction: Direction;
  reason: ReasonView | null;
  source: PartyView;
  destination: PartyView;
  sourcePod: string;
  destinationPod: string;
  sourceIp: string;
  destinationIp: string;
  sourcePort: number;
  port: number;
  protocol: string;
  l7: string;
  tcpFlags: readonly string[];
  node: string;
  count: number;
  attempt: 0 | 1;
};

/** One series as the details panel shows it. */
export type SeriesRow = {
  id: string;
  source: PartyView & { labels: readonly string[]; names: readonly string[]; identity: number };
  destination: PartyView & {
    labels: readonly string[];
    names: readonly string[];
    identity: number;
  };
  protocol: string;
  port: number;
  l7: string;
  drops: number;
  attempts: number;
  lastSeen: string;
};

/** Everything about one group in a range: `/api/groups/:id`. */
export type GroupDetails = {
  group: Group;
  series: readonly SeriesRow[];
  seriesCount: number;
  drops: readonly DropRow[];
};

/** One drop with its evidence: `/api/drops/:uuid`. `flows` are Hubble's JSON of the joined flows. */
export type DropDetails = {
  drop: DropRow;
  attribution: AttributionView;
  tags: readonly string[];
  tagState: TagState;
  /** Policy-verdict (type 5) or L7 flow, and drop (type 1) flow, as Hubble's JSON objects. */
  verdictFlow: unknown;
  dropFlow: unknown;
};
