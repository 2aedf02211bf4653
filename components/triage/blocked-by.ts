/** What blocked a group, in as few words as hold it, and how sure that is. */
import { fullName } from "@/components/triage/party-text";
import type { Certainty } from "@/lib/drops/drop";
import type { PolicyRef } from "@/lib/drops/flow";
import type { AttributionView, Group } from "@/lib/drops/view";

/** `shop/deny-web`; a cluster-wide policy has no namespace. */
export function policyName(policy: PolicyRef): string {
  return policy.namespace === "" ? policy.name : `${policy.namespace}/${policy.name}`;
}

/** The row's words: `deny-web`, `default-deny of web`, or the reason when no policy did it. */
export function blockedBy(group: Pick<Group, "attribution" | "reason">): {
  text: string;
  more: number;
  full: string;
} {
  const { attribution, reason } = group;
  const [first, ...others] = attribution.policies;
  if (attribution.kind === "policy") {
    if (first === undefined) {
      return {
        text: "a policy nothing names",
        more: 0,
        full: "A deny rule matched; no event names its policy",
      };
    }
    const full = attribution.policies
      .map((policy) => `${policy.kind} ${policyName(policy)}`)
      .join("\n");
    return { text: first.name, more: others.length, full };
  }
  if (attribution.kind === "default-deny") {
    const endpoint = attribution.endpoint;
    const text = `default-deny of ${endpoint?.name ?? "an unknown endpoint"}`;
    return {
      text,
      more: 0,
      full: endpoint === undefined ? text : `default-deny of ${fullName(endpoint)}`,
    };
  }
  const text = reason?.text ?? attribution.reason ?? "unknown reason";
  return {
    text,
    more: 0,
    full: reason === null ? text : `${text} (${reason.name} ${reason.code})`,
  };
}

/** What the tags column says when there is no tag. */
export function tagText(group: Pick<Group, "tagState" | "attribution">): string {
  // Default-deny is the absence of a rule, and so of a place where a tag could be set.
  if (group.attribution.kind === "default-deny") return "no rule allows it";
  return group.tagState === "unreported" ? "tag not exported" : "no tag";
}

export const TAG_STATE_TEXT = {
  tagged: "set by the policy (spec.log.value)",
  untagged: "the policy sets none",
  unreported: "the flow does not carry the field; Cilium fills it only in some versions and events",
} as const;

export const CERTAINTY_TEXT: Record<Certainty, string> = {
  reported: "The drop itself says so.",
  paired: "Taken from the policy-verdict event of the same packet.",
  inferred: "Worked out from the policy catalogue.",
  none: "Nothing in the flows names it.",
};

/** The certainty as a word; `none` reads as what it is. */
export function certaintyWord(certainty: Certainty): string {
  return certainty === "none" ? "unknown" : certainty;
}

/** `default-deny of default/productpage, egress`. */
export function attributionText(attribution: AttributionView, direction: string): string {
  const way = direction === "unknown" ? "" : `, ${direction}`;
  if (attribution.kind === "policy") return `policy${way}`;
  if (attribution.kind === "other") return "no policy: another reason";
  const endpoint = attribution.endpoint;
  return `default-deny of ${endpoint === undefined ? "an unknown endpoint" : fullName(endpoint)}${way}`;
}
