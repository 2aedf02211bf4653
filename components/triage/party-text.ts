/** How one end of a group is called. */
import type { Pairing, PartyView } from "@/lib/drops/view";

/** Shown in a fixed-width face: an address or a range of them, not a name. */
export function isAddress(party: PartyView): boolean {
  return party.kind === "address" || party.kind === "cidr";
}

const PLACE: Record<PartyView["kind"], string> = {
  workload: "no namespace",
  labels: "no namespace",
  reserved: "reserved identity",
  name: "DNS name",
  cidr: "address range",
  address: "address",
  unknown: "unknown",
};

/** Where it lives: its namespace, or what kind of thing it is when it has none. */
export function placeOf(party: PartyView): string {
  return party.namespace === "" ? PLACE[party.kind] : party.namespace;
}

/** `shop/web`, or the bare name of what has no namespace. */
export function fullName(party: PartyView): string {
  const name = party.name === "" ? "unknown" : party.name;
  return party.namespace === "" ? name : `${party.namespace}/${name}`;
}

/** `shop/web:80`, `[2001:db8::1]:443`; no port where there is none. */
export function withPort(party: PartyView, port: number): string {
  const name = fullName(party);
  if (port === 0) return name;
  return party.kind === "address" && name.includes(":") ? `[${name}]:${port}` : `${name}:${port}`;
}

/** `shop/web → shop/db:5432 TCP`, for copying. */
export function pairingText(pairing: Pairing): string {
  const l7 = pairing.l7 === "" ? "" : ` ${pairing.l7}`;
  return `${fullName(pairing.source)} → ${withPort(pairing.destination, pairing.port)} ${pairing.protocol}${l7}`.trim();
}
