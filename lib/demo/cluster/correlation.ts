/** Which policies a verdict names, and what their log values make of `policy_log`. */
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import type { CiliumVersion } from "./cilium-version";
import type { Packet } from "./packet";
import type { Rule } from "./policies";

/**
 * Policy names and log values. Only the list of the flow's own direction is filled. Up to 1.19 a
 * policy without a log value still yields one empty string.
 */
export function correlation(
  packet: Packet,
  version: CiliumVersion,
  how: "allowed" | "denied",
  rules: readonly Rule[],
): Partial<Flow> {
  if (rules.length === 0 || packet.direction === "UNKNOWN") return {};
  const policies = rules.map(policyEntry);
  const logs = [...new Set(rules.map((rule) => rule.log))];
  const policyLog = version === "1.20" ? logs.filter((log) => log !== "") : logs;
  const egress = packet.direction === "EGRESS";
  if (how === "denied") {
    return { policy_log: policyLog, [egress ? "egress_denied_by" : "ingress_denied_by"]: policies };
  }
  return { policy_log: policyLog, [egress ? "egress_allowed_by" : "ingress_allowed_by"]: policies };
}

function policyEntry({ kind, namespace, name, uid, revision }: Rule) {
  const labels = [
    `k8s:io.cilium.k8s.policy.derived-from=${kind}`,
    `k8s:io.cilium.k8s.policy.name=${name}`,
    ...(namespace === "" ? [] : [`k8s:io.cilium.k8s.policy.namespace=${namespace}`]),
    `k8s:io.cilium.k8s.policy.uid=${uid}`,
  ];
  return { name, namespace, labels, revision: String(revision), kind };
}
