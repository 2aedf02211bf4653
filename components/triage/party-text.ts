/** How one end of a group is called. */
import type { PartyView } from "@/lib/drops/view";

/** Shown in a fixed-width face: an address or a range of them, and not by a name of its own. */
export function isAddress(party: PartyView): boolean {
  return /^[\da-f]*[.:][\da-f.:]*(\/\d+)?$/i.test(party.name);
}

/** `:53`, or ` type 8` for ICMP, which has types where others have ports; empty without one. */
export function portText(protocol: string, port: number): string {
  if (port === 0) return "";
  return hasTypes(protocol) ? ` type ${port}` : `:${port}`;
}

/** What the numbers behind a destination are called. */
export function portWord(protocol: string): string {
  return hasTypes(protocol) ? "type" : "port";
}

function hasTypes(protocol: string): boolean {
  return protocol.startsWith("ICMP");
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

/** `shop/web:80`, `[2001:db8::1]:443`, `192.0.2.1 type 8`; no port where there is none. */
export function withPort(party: PartyView, protocol: string, port: number): string {
  const name = fullName(party);
  const after = portText(protocol, port);
  return after.startsWith(":") && isAddress(party) && name.includes(":")
    ? `[${name}]${after}`
    : `${name}${after}`;
}
