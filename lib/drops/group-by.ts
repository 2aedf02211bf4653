/**
 * What a row of Triage stands for: the policy group of a series by default, or one of its other
 * dimensions. A series is in exactly one group of each grouping, so that every grouping has the
 * same totals: all tags of a series together are one group, not one for each tag.
 */
import type { Party, Series } from "./drop";
import { hash64 } from "./hash";
import { reasonOf } from "./reason";
import type { GroupBy, GroupKey } from "./view";

/** How a window makes rows of series. */
export type Grouping = {
  by: GroupBy;
  idOf: (series: Series) => string;
  /** Any series of the group will do. */
  keyOf: (series: Series) => GroupKey;
};

/** The default, which needs nothing of the query language but `group:` and a plain id. */
export const POLICY_GROUPING: Grouping = {
  by: "policy",
  idOf: (series) => series.group,
  keyOf: (series) => ({
    by: "policy",
    text: groupText("policy", series),
    query: `group:${series.group}`,
  }),
};

/** The group's id: that of the series for `policy`, else a hash of what its series agree in. */
export function groupIdOf(by: GroupBy, series: Series): string {
  return by === "policy" ? series.group : hash64(JSON.stringify(["by", by, sharedBy(by, series)]));
}

/** What all series of a group have in common and no other series has. */
function sharedBy(by: Exclude<GroupBy, "policy">, series: Series): unknown {
  switch (by) {
    case "tag":
      return [series.tagState, series.tags];
    case "source":
      return series.source.key;
    case "destination":
      return series.destination.key;
    case "pair":
      return [series.source.key, series.destination.key];
    case "reason":
      return series.reason;
    case "namespace":
      return namespaceOf(series);
  }
}

/**
 * The end whose policy was enforced: the attribution's where it names one, else by direction the
 * destination for ingress and the source for anything else.
 */
function enforcingParty({ attribution, direction, source, destination }: Series): Party {
  return attribution.endpoint ?? (direction === "ingress" ? destination : source);
}

/** Namespace of the enforcing end, else of the source, else empty. */
export function namespaceOf(series: Series): string {
  return enforcingParty(series).namespace || series.source.namespace;
}

/** The group in words. */
export function groupText(by: GroupBy, series: Series): string {
  switch (by) {
    case "policy":
      return policyText(series);
    case "tag":
      return tagText(series);
    case "source":
      return partyText(series.source);
    case "destination":
      return partyText(series.destination);
    case "pair":
      return `${partyText(series.source)} → ${partyText(series.destination)}`;
    case "reason":
      return reasonText(series.reason);
    case "namespace":
      return namespaceOf(series) || "(none)";
  }
}

function policyText({ attribution, reason }: Series): string {
  const { kind, policies, endpoint } = attribution;
  if (policies.length > 0) {
    return policies.map((policy) => pathText(policy.namespace, policy.name)).join(", ");
  }
  if (kind === "default-deny") {
    return endpoint === null ? "default deny" : `default deny of ${partyText(endpoint)}`;
  }
  return kind === "policy" ? "a policy without a name" : reasonText(reason);
}

function reasonText(reason: number): string {
  return reason === 0 ? "(no drop reason)" : reasonOf(reason).text;
}

function tagText({ tags, tagState }: Series): string {
  if (tags.length > 0) return tags.join(", ");
  return tagState === "unreported" ? "(tags not exported)" : "(no tag)";
}

function partyText({ namespace, name }: Party): string {
  return pathText(namespace, name);
}

function pathText(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}
