/**
 * Drop reasons in words: Cilium's name and text for a number, the class of cause it belongs to,
 * and one plain sentence for the operator. A number newer than this table is kept as a number.
 */
import { DROP_REASONS } from "./reason-table";

export const REASON_POLICY_DENIED = 133;
export const REASON_POLICY_DENY = 181;
export const REASON_AUTH_REQUIRED = 189;

/** Causes, in the words of an operator; `none` is a drop without a reason (audit, L7). */
export type ReasonClass =
  | "none"
  | "default-deny"
  | "explicit-deny"
  | "authentication"
  | "configuration"
  | "start-up"
  | "addressing"
  | "packet";

export type Reason = {
  code: number;
  /** Enum name, for example `POLICY_DENIED`; `UNKNOWN(999)` for a number without a name. */
  name: string;
  /** Text of the Hubble CLI, for example `Policy denied`. */
  text: string;
  /** One sentence in plain words. */
  plain: string;
};

const CLASSES: Record<Exclude<ReasonClass, "none" | "packet">, readonly number[]> = {
  "default-deny": [REASON_POLICY_DENIED],
  "explicit-deny": [REASON_POLICY_DENY],
  authentication: [REASON_AUTH_REQUIRED],
  configuration: [170, 177, 180, 182, 194, 195, 198, 204],
  "start-up": [140, 165, 202, 203],
  addressing: [132, 150, 151, 158, 160, 164, 169, 171, 172, 174, 197],
};

const CLASS_BY_CODE = new Map<number, ReasonClass>(
  Object.entries(CLASSES).flatMap(([name, codes]) =>
    codes.map((code): [number, ReasonClass] => [code, name as keyof typeof CLASSES]),
  ),
);

const PLAIN_BY_CLASS: Record<ReasonClass, string> = {
  none: "No drop reason was given.",
  "default-deny": "No rule allowed it.",
  "explicit-deny": "A deny rule matched.",
  authentication: "The two ends had not authenticated each other yet.",
  configuration: "A setting other than network policy forbids it.",
  "start-up": "The node or the endpoint was not ready yet.",
  addressing: "The node could not tell where the packet belongs.",
  packet: "The node could not process the packet.",
};

const PLAIN_BY_CODE = new Map<number, string>([
  [132, "The sender used an address that is not its own."],
  [134, "The packet is malformed."],
  [135, "The packet's header is cut off or malformed."],
  [136, "The packet is too large for the path and may not be fragmented."],
  [137, "Connection tracking does not know the packet's protocol."],
  [139, "The packet is neither IPv4 nor IPv6."],
  [140, "The node's datapath was being replaced when the packet came."],
  [150, "The packet asks for an address that the node does not know."],
  [151, "The address belongs to nothing the node knows any more."],
  [155, "The connection tracking table is full."],
  [157, "Fragmented packets are not supported here."],
  [158, "The service has no backend that could answer."],
  [160, "The node has no tunnel to where the packet must go."],
  [161, "Translation between IPv4 and IPv6 is not enabled."],
  [162, "The packet would have waited too long under its bandwidth limit."],
  [163, "Connection tracking does not know the state of this connection."],
  [164, "The local host cannot be reached."],
  [166, "The frame carries no IP packet."],
  [167, "The reply belongs to no translated connection."],
  [169, "The node has no route to the destination."],
  [170, "Pods may not send tunnel traffic themselves."],
  [171, "The packet carries an identity that is not valid."],
  [172, "The node does not know the sender."],
  [174, "The packet was sent to a service address in a way that does not work."],
  [175, "A fragment came without the beginning of its packet."],
  [177, "The service does not accept clients from this address range."],
  [180, "The L7 proxy cannot handle this protocol."],
  [182, "The VLAN is not allowed on this node."],
  [194, "No egress gateway is available for this traffic."],
  [195, "Encryption is required and the packet was not encrypted."],
  [196, "The packet has passed too many hops."],
  [198, "A rate limit was exceeded."],
  [202, "The node's own network was not ready yet."],
  [203, "The endpoint was still starting or already stopping."],
  [204, "The egress gateway has no address to send from."],
]);

const BY_CODE = new Map<number, Reason>(
  DROP_REASONS.map(([code, name, text]) => [code, { code, name, text, plain: plainOf(code) }]),
);
const CODE_BY_NAME = new Map<string, number>(DROP_REASONS.map(([code, name]) => [name, code]));

/** The reason's words. Never fails: a number without a name is shown as `UNKNOWN(999)`. */
export function reasonOf(code: number): Reason {
  const known = BY_CODE.get(code);
  if (known !== undefined) return known;
  const name = `UNKNOWN(${code})`;
  return {
    code,
    name,
    text: name,
    plain: `Cilium gave the reason number ${code}, which is newer than Droplens.`,
  };
}

/** The number of an enum name such as `POLICY_DENIED` (or `UNKNOWN(999)`), or null. */
export function reasonCode(name: string): number | null {
  const known = CODE_BY_NAME.get(name);
  if (known !== undefined) return known;
  const unknown = /^UNKNOWN\((\d{1,10})\)$/.exec(name);
  return unknown === null ? null : Number(unknown[1]);
}

/** The class of cause. Numbers that this table does not know are `packet`, like all unlisted ones. */
export function reasonClass(code: number): ReasonClass {
  if (code === 0) return "none";
  return CLASS_BY_CODE.get(code) ?? "packet";
}

/** Whether the drop was decided by network policy; only these have a verdict flow beside them. */
export function isPolicyReason(code: number): boolean {
  return (
    code === REASON_POLICY_DENIED || code === REASON_POLICY_DENY || code === REASON_AUTH_REQUIRED
  );
}

function plainOf(code: number): string {
  return PLAIN_BY_CODE.get(code) ?? PLAIN_BY_CLASS[reasonClass(code)];
}
