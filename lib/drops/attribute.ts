/**
 * What blocked a drop, and how sure that is. Only a policy verdict (type 5) names policies, and
 * through Cilium 1.19 only for explicit deny rules; a packet that no rule allowed, and most audited
 * ones, come without a name. That is said as it is: an explicit deny that nothing names is a policy
 * without a name, never default deny.
 */
import type { Attribution, Certainty, Party } from "./drop";
import { EVENT_L7, type Flow, type PolicyRef } from "./flow";
import { REASON_AUTH_REQUIRED, REASON_POLICY_DENIED, REASON_POLICY_DENY } from "./reason";

const NO_POLICIES: readonly PolicyRef[] = [];

/** `named` and `unnamed` are both of kind `policy`. */
export type Cause = "named" | "unnamed" | "default-deny" | "other";

export type End = "source" | "destination" | "neither";

/** What decided about the packet, by the verdict flow where there is one. */
export function causeOf(verdictFlow: Flow | null, dropFlow: Flow | null): Cause {
  if (policiesOf(verdictFlow, dropFlow).length > 0) return "named";
  const flow = verdictFlow ?? dropFlow;
  if (flow === null) return "other";
  if (isL7(flow)) return "unnamed";
  const reason = dropReasonOf(verdictFlow, dropFlow);
  if (reason === REASON_POLICY_DENIED) return "default-deny";
  if (reason === REASON_POLICY_DENY || reason === REASON_AUTH_REQUIRED) return "unnamed";
  if (reason === 0 && flow.verdict === "AUDIT")
    return flow.matchType > 0 ? "unnamed" : "default-deny";
  return "other";
}

/** Policies that the flows name, without the unnamed entries that stand for implicit rules. */
export function policiesOf(verdictFlow: Flow | null, dropFlow: Flow | null): readonly PolicyRef[] {
  if (verdictFlow !== null && verdictFlow.deniedBy.length > 0) {
    const named = withNames(verdictFlow.deniedBy);
    if (named.length > 0) return named;
  }
  if (dropFlow !== null && dropFlow.deniedBy.length > 0) return withNames(dropFlow.deniedBy);
  return NO_POLICIES;
}

/** The reason as the drop event gives it; the verdict's where there is no drop event. */
export function dropReasonOf(verdictFlow: Flow | null, dropFlow: Flow | null): number {
  return dropFlow?.dropReason || verdictFlow?.dropReason || 0;
}

/** Direction of the policy that decided: the verdict always knows it, a drop event not always. */
export function directionOf(verdictFlow: Flow | null, dropFlow: Flow | null): Flow["direction"] {
  if (verdictFlow !== null && verdictFlow.direction !== "unknown") return verdictFlow.direction;
  return dropFlow?.direction ?? "unknown";
}

/** The end whose policy was enforced. Without a direction, the only end that is on the node. */
export function enforcingEnd(verdictFlow: Flow | null, dropFlow: Flow | null): End {
  const direction = directionOf(verdictFlow, dropFlow);
  if (direction === "egress") return "source";
  if (direction === "ingress") return "destination";
  const sourceIsLocal = (verdictFlow?.source.id || dropFlow?.source.id || 0) !== 0;
  const destinationIsLocal = (verdictFlow?.destination.id || dropFlow?.destination.id || 0) !== 0;
  if (sourceIsLocal === destinationIsLocal) return "neither";
  return sourceIsLocal ? "source" : "destination";
}

/**
 * Puts the attribution together. `policies` are those of the flows, sorted. A cause that is a
 * policy without a name has certainty `none`; all others are `paired` when two flows were joined,
 * else `reported`.
 */
export function buildAttribution(
  cause: Cause,
  isPaired: boolean,
  policies: readonly PolicyRef[],
  endpoint: Party | null,
): Attribution {
  const certainty: Certainty = cause === "unnamed" ? "none" : isPaired ? "paired" : "reported";
  if (cause === "named") return { kind: "policy", certainty, policies, endpoint: null };
  if (cause === "unnamed") return { kind: "policy", certainty, policies: [], endpoint };
  if (cause === "default-deny") return { kind: "default-deny", certainty, policies: [], endpoint };
  return { kind: "other", certainty, policies: [], endpoint: null };
}

/** An L7 denial has no reason, no names and no tags in any version of Cilium. */
function isL7(flow: Flow): boolean {
  return flow.eventType === EVENT_L7 || flow.l7 !== null;
}

function withNames(policies: readonly PolicyRef[]): readonly PolicyRef[] {
  for (const policy of policies) {
    if (policy.name === "") return policies.filter(({ name }) => name !== "");
  }
  return policies;
}
