/**
 * Addresses, ports and flags of a flow: the parts that differ in every record, and so are read
 * without making an object of each message on the way.
 */
import type { Flow } from "@/lib/drops/flow";
import type { FlowReader } from "./flow-reader";
import { cutText } from "./limits";

/** Reads `flow.IP`. */
export function readIp(reader: FlowReader, flow: Flow): void {
  const end = reader.endOfPart();
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ((1 << 3) | 2)) flow.sourceIp = cutText(reader.string());
    else if (tag === ((2 << 3) | 2)) flow.destinationIp = cutText(reader.string());
    else reader.pass(tag);
  }
}

/** Members of `flow.Layer4`'s oneof by their field numbers. */
const PROTOCOLS = ["", "TCP", "UDP", "ICMPv4", "ICMPv6", "SCTP", "VRRP", "IGMP"];

/** Reads `flow.Layer4`: the first two numbers of whichever protocol is there. */
export function readLayer4(reader: FlowReader, flow: Flow): void {
  const end = reader.endOfPart();
  while (reader.pos < end) {
    const tag = reader.uint32();
    const protocol = (tag & 7) === 2 ? PROTOCOLS[tag >>> 3] : undefined;
    if (protocol === undefined) reader.pass(tag);
    else readProtocol(reader, flow, protocol);
  }
}

function readProtocol(reader: FlowReader, flow: Flow, protocol: string): void {
  const end = reader.endOfPart();
  let first = 0;
  let second = 0;
  let flags = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ((1 << 3) | 0)) first = reader.uint32();
    else if (tag === ((2 << 3) | 0)) second = reader.uint32();
    else if (tag === ((3 << 3) | 2) && protocol === "TCP") flags = readFlags(reader);
    else reader.pass(tag);
  }
  flow.protocol = protocol;
  if (protocol === "TCP" || protocol === "UDP" || protocol === "SCTP") {
    flow.sourcePort = first;
    flow.destinationPort = second;
    flow.tcpFlags = flags;
  } else if (protocol === "ICMPv4" || protocol === "ICMPv6") {
    flow.icmpType = first;
    flow.icmpCode = second;
  }
}

/** The bits of `TCP_FLAGS` follow the field numbers of `flow.TCPFlags`. */
function readFlags(reader: FlowReader): number {
  const end = reader.endOfPart();
  let bits = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    const number = tag >>> 3;
    if ((tag & 7) !== 0 || number < 1 || number > 9) reader.pass(tag);
    else if (reader.bool()) bits |= 1 << (number - 1);
  }
  return bits;
}

/** Reads `flow.CiliumEventType`. */
export function readEventType(reader: FlowReader, flow: Flow): void {
  const end = reader.endOfPart();
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ((1 << 3) | 0)) flow.eventType = reader.int32();
    else if (tag === ((2 << 3) | 0)) flow.eventSubType = reader.int32();
    else reader.pass(tag);
  }
}
