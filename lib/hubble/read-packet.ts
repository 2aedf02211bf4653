/** Addresses, ports and flags of a flow: the parts of it that differ in every record. */
import { type Flow, TCP_FLAGS } from "@/lib/drops/flow";
import type { FlowReader } from "./flow-reader";
import { Layer4, type TCPFlags } from "./generated/flow/flow";
import { cutText } from "./limits";

/** Reads `flow.IP`. */
export function readIp(reader: FlowReader, flow: Flow): void {
  const end = reader.endOfPart();
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ((1 << 3) | 2)) flow.sourceIp = cutText(reader.string());
    else if (tag === ((2 << 3) | 2)) flow.destinationIp = cutText(reader.string());
    else if (tag === 0 || (tag & 7) === 4) break;
    else reader.pass(tag);
  }
}

/** Reads `flow.Layer4`. */
export function readPorts(reader: FlowReader, flow: Flow): void {
  const l4 = Layer4.decode(reader, reader.uint32());
  const withPorts = l4.TCP ?? l4.UDP ?? l4.SCTP;
  if (withPorts !== undefined) {
    flow.sourcePort = withPorts.source_port;
    flow.destinationPort = withPorts.destination_port;
  }
  const icmp = l4.ICMPv4 ?? l4.ICMPv6;
  if (icmp !== undefined) {
    flow.icmpType = icmp.type;
    flow.icmpCode = icmp.code;
  }
  if (l4.TCP?.flags !== undefined) flow.tcpFlags = bitsOf(l4.TCP.flags);
  flow.protocol = protocolOf(l4);
}

function protocolOf(l4: Layer4): string {
  if (l4.TCP !== undefined) return "TCP";
  if (l4.UDP !== undefined) return "UDP";
  if (l4.SCTP !== undefined) return "SCTP";
  if (l4.ICMPv4 !== undefined) return "ICMPv4";
  if (l4.ICMPv6 !== undefined) return "ICMPv6";
  if (l4.VRRP !== undefined) return "VRRP";
  return l4.IGMP === undefined ? "" : "IGMP";
}

function bitsOf(flags: TCPFlags): number {
  return (
    (flags.FIN ? TCP_FLAGS.FIN : 0) |
    (flags.SYN ? TCP_FLAGS.SYN : 0) |
    (flags.RST ? TCP_FLAGS.RST : 0) |
    (flags.PSH ? TCP_FLAGS.PSH : 0) |
    (flags.ACK ? TCP_FLAGS.ACK : 0) |
    (flags.URG ? TCP_FLAGS.URG : 0) |
    (flags.ECE ? TCP_FLAGS.ECE : 0) |
    (flags.CWR ? TCP_FLAGS.CWR : 0) |
    (flags.NS ? TCP_FLAGS.NS : 0)
  );
}
