/** Parties, reasons and attributions as a screen shows them. */
import type { Attribution, Party } from "./drop";
import { reasonOf } from "./reason";
import type { AttributionView, PartyView, ReasonView } from "./view";

export function partyView({ kind, key, name, namespace, cluster }: Party): PartyView {
  return { kind, key, name, namespace, cluster };
}

/** Null for a drop without a reason (audit, L7). */
export function reasonView(code: number): ReasonView | null {
  if (code === 0) return null;
  const { name, text } = reasonOf(code);
  return { code, name, text };
}

export function attributionView(attribution: Attribution, reason: number): AttributionView {
  const { kind, certainty, policies, endpoint } = attribution;
  return {
    kind,
    certainty,
    policies,
    ...(endpoint === null ? {} : { endpoint: partyView(endpoint) }),
    ...(reason === 0 ? {} : { reason: reasonOf(reason).name }),
  };
}
