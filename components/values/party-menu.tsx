"use client";
/** One end of a group by its name, with its menu. */
import type { ReactNode } from "react";
import { partyValue } from "@/components/values/party-value";
import { ValueMenu } from "@/components/values/value-menu";
import type { PartyView } from "@/lib/drops/view";

type Props = {
  side: "src" | "dst";
  party: PartyView;
  button?: "tab" | "hover" | "none";
  className?: string;
  children: ReactNode;
};

export function PartyMenu({ side, party, children, ...how }: Props) {
  const { field, value } = partyValue(side, party);
  return (
    <ValueMenu field={field} value={value} label={party.name || "unknown"} {...how}>
      {children}
    </ValueMenu>
  );
}
