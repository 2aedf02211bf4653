/**
 * From the joined flows of a drop to its series: the one object that all drops share which agree
 * in everything but time, pod instance, node and client port. What the two flows disagree in is
 * decided here: reason from the drop event, everything about the policy from the verdict.
 */
import {
  buildAttribution,
  causeOf,
  directionOf,
  dropReasonOf,
  enforcingEnd,
  policiesOf,
} from "./attribute";
import type { Party, Series, TagState, Verdict } from "./drop";
import type { Flow, PolicyRef } from "./flow";
import { createPolicySetInterner, createTextInterner, createTextSetInterner } from "./interner";
import { createPartyIndex, type NumberedParty, type PartyIndex } from "./party-index";
import { type Dimensions, groupId, seriesId } from "./series-id";
import { createSeriesTable, KEY_WORDS } from "./series-table";

export type SeriesIndex = {
  /** The series of a drop; at least one flow must be given. Equal series are the same object. */
  of(verdictFlow: Flow | null, dropFlow: Flow | null): Series;
};

const NO_TAGS: readonly string[] = [];
const NO_POLICIES: readonly PolicyRef[] = [];

/**
 * Keeps the last `capacity` series and at most twice as many. A series that was let go and comes
 * again is a new object with the same id.
 */
export function createSeriesIndex({ capacity = 65_536 }: { capacity?: number } = {}): SeriesIndex {
  const parties = createPartyIndex();
  const clusters = createTextInterner();
  const protocols = createTextInterner();
  const l7Lines = createTextInterner();
  const tagSets = createTextSetInterner();
  const policySets = createPolicySetInterner();
  const table = createSeriesTable(capacity);
  const byId = createSeriesById(capacity);
  const key = new Int32Array(KEY_WORDS);

  return {
    of(verdictFlow, dropFlow) {
      const flow = verdictFlow ?? dropFlow;
      if (flow === null) throw new TypeError("a drop has at least one flow");
      const source = sideParty(parties, "source", verdictFlow, dropFlow);
      const destination = sideParty(parties, "destination", verdictFlow, dropFlow);
      const cause = causeOf(verdictFlow, dropFlow);
      const end =
        cause === "unnamed" || cause === "default-deny"
          ? enforcingEnd(verdictFlow, dropFlow)
          : "neither";
      const isPaired = verdictFlow !== null && dropFlow !== null;
      const direction = directionOf(verdictFlow, dropFlow);
      const policies = policySets(
        cause === "named" ? policiesOf(verdictFlow, dropFlow) : NO_POLICIES,
      );
      const tags = tagSets(tagsOf(verdictFlow, dropFlow));
      const tagState = tagStateOf(verdictFlow, dropFlow);
      const l7 = l7Line(flow);
      const port = portOf(flow);
      const reason = dropReasonOf(verdictFlow, dropFlow);
      const isAudit = flow.verdict === "AUDIT";

      key[0] =
        (isAudit ? 1 : 0) |
        (isPaired ? 2 : 0) |
        (direction === "egress" ? 4 : direction === "ingress" ? 8 : 0) |
        (cause === "named" ? 16 : cause === "unnamed" ? 32 : cause === "default-deny" ? 48 : 0) |
        (end === "source" ? 64 : end === "destination" ? 128 : 0) |
        (tagState === "tagged" ? 256 : tagState === "untagged" ? 512 : 0);
      key[1] = source.number;
      key[2] = destination.number;
      key[3] = policies.number;
      key[4] = tags.number;
      key[5] = port;
      key[6] = l7 === "" ? 0 : l7Lines(l7);
      key[7] = reason;
      key[8] = clusters(flow.cluster);
      key[9] = protocols(flow.protocol);
      const known = table.get(key);
      if (known !== undefined) return known;

      const verdict: Verdict = isAudit ? "AUDIT" : "DROPPED";
      const endpoint = end === "source" ? source : end === "destination" ? destination : null;
      const series = byId({
        cluster: flow.cluster,
        verdict,
        direction,
        reason,
        attribution: buildAttribution(cause, isPaired, policies.value, endpoint),
        tags: tags.value,
        tagState,
        source,
        destination,
        protocol: flow.protocol,
        port,
        l7,
      });
      table.set(key, series);
      return series;
    },
  };
}

/** Series by id in two generations: the old one is let go when the young one is full. */
function createSeriesById(capacity: number): (dimensions: Dimensions) => Series {
  let young = new Map<string, Series>();
  let old = new Map<string, Series>();
  return (dimensions) => {
    const id = seriesId(dimensions);
    const recent = young.get(id);
    if (recent !== undefined) return recent;
    if (young.size >= capacity) {
      old = young;
      young = new Map();
    }
    const series = old.get(id) ?? { id, group: groupId(dimensions), ...dimensions };
    young.set(id, series);
    return series;
  };
}

/**
 * The two flows of a packet may know different things of an end, since one identity comes from the
 * datapath and the other from the agent's cache: take the flow that can name it better.
 */
function sideParty(
  parties: PartyIndex,
  side: "source" | "destination",
  verdictFlow: Flow | null,
  dropFlow: Flow | null,
): NumberedParty {
  const first = verdictFlow ?? dropFlow;
  if (first === null) throw new TypeError("a drop has at least one flow");
  const party = flowParty(parties, side, first);
  if (verdictFlow === null || dropFlow === null) return party;
  if (hasSameEnd(side, verdictFlow, dropFlow)) return party;
  const other = flowParty(parties, side, dropFlow);
  return rankOf(other) < rankOf(party) ? other : party;
}

function hasSameEnd(side: "source" | "destination", a: Flow, b: Flow): boolean {
  if (side === "source")
    return a.source === b.source && a.sourceNames.length === b.sourceNames.length;
  return a.destination === b.destination && a.destinationNames.length === b.destinationNames.length;
}

function flowParty(parties: PartyIndex, side: "source" | "destination", flow: Flow): NumberedParty {
  return side === "source"
    ? parties.of(flow.source, flow.sourceIp, flow.sourceNames, flow.cluster)
    : parties.of(flow.destination, flow.destinationIp, flow.destinationNames, flow.cluster);
}

/** The better an end is named, the lower. */
function rankOf({ kind, name }: Party): number {
  if (kind === "workload") return 0;
  if (kind === "labels") return 1;
  if (kind === "reserved") return name === "world" ? 6 : 2;
  if (kind === "name") return 3;
  if (kind === "cidr") return 4;
  return kind === "address" ? 5 : 7;
}

function tagsOf(verdictFlow: Flow | null, dropFlow: Flow | null): readonly string[] {
  if (verdictFlow !== null && verdictFlow.policyLog !== null && verdictFlow.policyLog.length > 0)
    return verdictFlow.policyLog;
  return dropFlow?.policyLog ?? NO_TAGS;
}

/**
 * `untagged` is known only when the field came, empty, or when a verdict names its policies and
 * comes from a version that would have sent the field. Default deny and audit have no field
 * through 1.19, so nothing is known there.
 */
function tagStateOf(verdictFlow: Flow | null, dropFlow: Flow | null): TagState {
  if (tagsOf(verdictFlow, dropFlow).length > 0) return "tagged";
  if (verdictFlow === null)
    return dropFlow !== null && dropFlow.policyLog !== null ? "untagged" : "unreported";
  if (verdictFlow.policyLog !== null) return "untagged";
  // Only 1.19 and later say their version at all, and the field exists since 1.18.
  return verdictFlow.deniedBy.length > 0 && verdictFlow.emitter !== "" ? "untagged" : "unreported";
}

/** The destination port; for ICMP, whose policies name types, the type. */
function portOf(flow: Flow): number {
  return flow.icmpType >= 0 ? flow.icmpType : flow.destinationPort;
}

/** What was asked for in an L7 record: `GET /path` or a DNS name. */
function l7Line({ l7 }: Flow): string {
  if (l7 === null) return "";
  return l7.method === "" ? l7.target : `${l7.method} ${l7.target}`;
}
