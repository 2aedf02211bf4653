/**
 * What a screen of Triage shows: the shapes that the HTTP API and the live stream answer with and
 * the components draw. Times are RFC 3339 UTC strings where a person reads them, milliseconds
 * (`…Ms`) where a chart does.
 */
import type { Certainty, PartyKind, TagState, Verdict } from "./drop";
import type { Direction, PolicyRef } from "./flow";

/** Where a group stands in the operator's order of need. */
export const GROUP_STATES = [
  "surge",
  "new",
  "unexpected",
  "audit",
  "infrastructure",
  "expected",
] as const;
export type GroupState = (typeof GROUP_STATES)[number];

export type Count = { drops: number; attempts: number; groups: number };

/** What one expectation hides of a view. */
export type HiddenBy = { id: string; drops: number; attempts: number };

/** `drops = unexpected + expected`; the other counts say what of it is which. */
export type Totals = {
  drops: number;
  attempts: number;
  unexpected: number;
  /** Hidden drops: the sum of `byExpectation`. A drop under several counts for the oldest of them. */
  expected: number;
  byExpectation: readonly HiddenBy[];
  /** Unexpected drops by policy (verdict DROPPED), audit (would drop) and other reasons. */
  byState: Record<GroupState, Count>;
};

export type PartyView = {
  kind: PartyKind;
  key: string;
  name: string;
  namespace: string;
  cluster: string;
  /** What is remembered of its address; absent when there is nothing to say. */
  served?: Served;
};

/** A DNS name that an address had, and where that was learnt; see `remembered.ts`. */
export type NameView = {
  name: string;
  kind: "drop" | "dns";
  asker: string;
  node: string;
  lastSeen: string;
  /** Seconds; 0 when not known. */
  ttl: number;
};

/**
 * Names that are remembered of an address and not reported by the flows in hand. Where those give
 * a name themselves (`reported`), these are the others that the same address served.
 */
export type Served = {
  address: string;
  reported: boolean;
  /** The last seen first; `more` are not listed. Empty when all that is known is that there are. */
  names: readonly NameView[];
  more: number;
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

/** What the rows of Triage can stand for. */
export const GROUP_BYS = [
  "policy",
  "tag",
  "source",
  "destination",
  "pair",
  "reason",
  "namespace",
] as const;
export type GroupBy = (typeof GROUP_BYS)[number];

/**
 * What a row stands for. `query` finds every drop of the group: `group:…`, or terms of its tags,
 * ends, reason or namespace. It finds no others for policy and reason; for the rest it may, where
 * the language cannot say "exactly these tags" or "this end and not one like it".
 */
export type GroupKey = { by: GroupBy; text: string; query: string };

/** How an expectation touches a group in the view. */
export type RuleMark = {
  /** Of the expectation. */
  id: string;
  /**
   * `hides`: drops of the group are folded away by it. Or why those that it matches are shown:
   * `surge`: over its ceiling; `new`: new under it; `ended`: after its end; `trial`: on trial.
   */
  does: "hides" | "surge" | "new" | "ended" | "trial";
  /** It matches the whole group and nothing else in the view, a part of the group, or more. */
  fit: "exact" | "part" | "broader";
  /** With `surge`: the busiest minute's drops as a multiple of the ceiling. */
  over?: number;
};

/**
 * One row. Every drop is in exactly one group, whatever the grouping, so totals are the same: a
 * drop with two tags is in the group of both together. What the drops of a group do not agree in
 * (by any grouping but policy) is told of its busiest series.
 */
export type Group = {
  /** Opaque; of its grouping. */
  id: string;
  key: GroupKey;
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
  /** Hidden drops; the group's state is `expected` only when all are. */
  expected: number;
  /** Expectations that touch it, the oldest first. */
  rules: readonly RuleMark[];
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
  /** It is handing over what it still has from before: old flows keep coming. */
  catchingUp: boolean;
  /** How far a file is read that is read once; null for every other source. */
  progress: ReadingProgress | null;
  nodesConnected: number;
  nodesUnavailable: number;
};

/** Bytes of a file as it lies on the disk, packed or not. At its end `bytes` is `total`. */
export type ReadingProgress = {
  bytes: number;
  total: number;
  /** Mean since this process began to read; 0 until it is known. */
  bytesPerSecond: number;
};

/** A stretch in which a source was not connected; `refilled`: the relay gave its flows afterwards. */
export type Gap = { fromMs: number; toMs: number; refilled: boolean };

/** How complete the view is. When `complete` is false, totals read "at least". */
export type Coverage = {
  complete: boolean;
  gaps: readonly Gap[];
  /** Upper bound of events of any verdict that Hubble says it lost in the range. */
  lostAtMost: number;
  /** Time of the newest drop there is, in the range or not; null before the first. */
  newestDrop: string | null;
  sources: readonly SourceSummary[];
};

/** What `/api/groups` answers and the `snapshot` event carries. */
export type View = {
  query: string;
  by: GroupBy;
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
  sourceIdentity: number;
  destinationIdentity: number;
  port: number;
  protocol: string;
  l7: string;
  tcpFlags: readonly string[];
  attribution: AttributionView;
  tags: readonly string[];
  tagState: TagState;
  cluster: string;
  node: string;
  /** Id of the Droplens source it came from. */
  origin: string;
  count: number;
  attempt: 0 | 1;
  state: GroupState;
  /** Id of the expectation that hides it, or null. */
  expectedBy: string | null;
};

/** One page of drops, newest first: `/api/drops`. */
export type DropPage = {
  drops: readonly DropRow[];
  /** For `before` of the next page; null after the last. */
  next: string | null;
  /** For `arrived` of a later question: whatever is stored afterwards arrived since then. */
  asOf: string;
};

/** One end of a series with what is known of it. */
export type EndView = PartyView & {
  labels: readonly string[];
  names: readonly string[];
  identity: number;
};

/** One series as the details panel shows it. */
export type SeriesRow = {
  id: string;
  source: EndView;
  destination: EndView;
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
  source: EndView;
  destination: EndView;
  attribution: AttributionView;
  tags: readonly string[];
  tagState: TagState;
  /** Policy-verdict (type 5) or L7 flow, and drop (type 1) flow, as Hubble's JSON objects. */
  verdictFlow: unknown;
  dropFlow: unknown;
};

/** The fields of the facet list, in its order. */
export const FACET_FIELDS = [
  "attribution",
  "certainty",
  "verdict",
  "direction",
  "reason",
  "policy",
  "tag",
  "src.ns",
  "dst.ns",
  "src.workload",
  "dst.workload",
  "dst.fqdn",
  "port",
  "proto",
  "node",
  "cluster",
  "source",
] as const;

/** Fields that can be asked for besides, for autocomplete. */
export const VALUE_FIELDS = [
  ...FACET_FIELDS,
  "policy.ns",
  "policy.kind",
  "tag.state",
  "l7",
  "ns",
  "workload",
  "fqdn",
  "src.fqdn",
  "label",
  "src.label",
  "dst.label",
  "pod",
  "src.pod",
  "dst.pod",
  "ip",
  "src.ip",
  "dst.ip",
  "identity",
  "src.identity",
  "dst.identity",
] as const;
export type FacetField = (typeof VALUE_FIELDS)[number];

export type FacetValue = {
  /** Meant literally, as `includeValue` takes it; the empty text is "has none". */
  value: string;
  /** What it is called where that is not `value`: a reason's text, a reserved identity's name. */
  label?: string;
  /** 0 for a value that the query names and that nothing has. */
  drops: number;
  attempts: number;
  /** Whether the query names exactly this value. */
  selected: "include" | "exclude" | null;
};

/**
 * The values of one field, the most attempts first, counted under the query without the field's
 * own terms. A drop counts once for each of its values (tags, names, labels, both ends), so they
 * may add up to more than the total.
 */
export type Facet = {
  field: FacetField;
  values: readonly FacetValue[];
  /** Values that are not listed. */
  more: number;
};

/** `/api/facets`. */
export type Facets = { facets: readonly Facet[]; fromMs: number; toMs: number };

/** A view of Triage that somebody gave a name, for everybody on this server. */
export type SavedView = {
  id: string;
  name: string;
  /** The search of its address, with its `?`. */
  search: string;
  /** Empty when not told. */
  author: string;
  /** False where nothing but the author's own word says who it was. */
  authorVerified: boolean;
  createdAt: string;
  updatedAt: string;
  /** Goes up with each change; a change names the one it is made to. */
  version: number;
};

/** `GET /api/views`, by name. */
export type SavedViews = { views: readonly SavedView[] };

/** `GET /api/history`: what the store keeps. */
export type History = {
  /** Time of the oldest drop kept; null when there is none. */
  oldest: string | null;
  /** Rows of drops, and what everything takes on the disk. */
  drops: number;
  diskBytes: number;
  /** Age at which a drop goes. */
  retentionDays: number;
};
