/** A policy as a value of the query. */
import type { PolicyRef } from "@/lib/drops/flow";

/** `shop/deny-web`; `/lockdown` for one of the whole cluster. */
export function policyValue(policy: Pick<PolicyRef, "namespace" | "name">): string {
  return `${policy.namespace}/${policy.name}`;
}
