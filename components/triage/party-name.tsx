/** One end of a group by its name: an address in fixed width, everything as flow text. */
import { isAddress } from "@/components/triage/party-text";
import { FlowText } from "@/components/ui/flow-text";
import type { PartyView } from "@/lib/drops/view";

export function PartyName({ party }: { party: PartyView }) {
  const name = party.name === "" ? "unknown" : party.name;
  return <FlowText text={name} className={isAddress(party) ? "party is-address" : "party"} />;
}
