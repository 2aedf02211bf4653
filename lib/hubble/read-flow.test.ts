import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Flow, TCP_FLAGS } from "@/lib/drops/flow";
import { decodeLine, decodeResponse } from "./decode";
import { type Field, namesOfEnum, shapeOfMessage } from "./field-table";
import { Flow as FlowMessage } from "./generated/flow/flow";
import { GetFlowsResponse } from "./generated/observer/observer";
import { l7Of } from "./l7";
import { messageFromJson } from "./read-json";

/** Any message of a type, as JSON, every field present or not. */
function anyMessage(type: string): fc.Arbitrary<object> {
  const fields = shapeOfMessage(type).fields.filter(({ type }) => type !== "google.protobuf.Any");
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, anyField(field)])), {
    requiredKeys: [],
  });
}

function anyField(field: Field): fc.Arbitrary<unknown> {
  return field.repeated ? fc.array(anyValue(field), { maxLength: 4 }) : anyValue(field);
}

function anyValue(field: Field): fc.Arbitrary<unknown> {
  const { kind, type } = field;
  if (type === "google.protobuf.Timestamp") {
    return fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (type.startsWith("google.protobuf.Bool") || kind === "bool") return fc.boolean();
  if (type.startsWith("google.protobuf.")) return fc.nat();
  if (type === "flow.Layer4") {
    return fc.oneof(
      ...shapeOfMessage(type).fields.map((member) =>
        fc.record({ [member.name]: anyField(member) }),
      ),
    );
  }
  if (kind === "message") return anyMessage(type);
  if (kind === "string") return fc.string({ unit: "grapheme", maxLength: 12 });
  if (kind === "enum")
    return fc.oneof(fc.constantFrom(...namesOfEnum(type).numbers.keys()), fc.nat());
  if (kind === "uint64") return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
  return fc.nat();
}

/** What a flow must be, said plainly over the message that the generated code decodes. */
function flowOf(m: FlowMessage): Partial<Flow> {
  const { l4 } = m;
  const [protocol = ""] = ["TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6", "VRRP", "IGMP"].filter(
    (name) => Reflect.get(l4 ?? {}, name) !== undefined,
  );
  const ports = l4?.TCP ?? l4?.UDP ?? l4?.SCTP;
  const icmp = l4?.ICMPv4 ?? l4?.ICMPv6;
  const flags = Object.entries(TCP_FLAGS).filter(([name]) =>
    Reflect.get(l4?.TCP?.flags ?? {}, name),
  );
  const direction = (["unknown", "ingress", "egress"] as const)[m.traffic_direction] ?? "unknown";
  const denied = [
    ...(direction === "ingress" ? [] : m.egress_denied_by),
    ...(direction === "egress" ? [] : m.ingress_denied_by),
  ];
  const sum = m.aggregate;
  return {
    verdict: namesOfEnum("flow.Verdict").names.get(m.verdict) ?? String(m.verdict),
    dropReason:
      m.drop_reason_desc || m.drop_reason || (m.event_type?.type === 1 ? m.event_type.sub_type : 0),
    eventType: m.event_type?.type ?? 0,
    eventSubType: m.event_type?.sub_type ?? 0,
    direction,
    matchType: m.policy_match_type,
    source: endOf(m.source),
    destination: endOf(m.destination),
    sourceIp: m.IP?.source ?? "",
    destinationIp: m.IP?.destination ?? "",
    sourceNames: m.source_names,
    destinationNames: m.destination_names,
    protocol,
    sourcePort: ports?.source_port ?? 0,
    destinationPort: ports?.destination_port ?? 0,
    icmpType: icmp?.type ?? -1,
    icmpCode: icmp?.code ?? -1,
    tcpFlags: flags.reduce((bits, [, bit]) => bits + bit, 0),
    l7: m.l7 === undefined ? null : l7Of(m.l7),
    deniedBy: denied
      .filter(({ name }) => name !== "")
      .map(({ kind, namespace, name }) => ({ kind, namespace, name })),
    policyLog: m.policy_log.length === 0 ? null : m.policy_log.filter((tag) => tag !== ""),
    file: m.file === undefined || m.file.name === "" ? "" : `${m.file.name}:${m.file.line}`,
    emitter: m.emitter?.version ?? "",
    count:
      (sum?.ingress_flow_count ?? 0) +
        (sum?.egress_flow_count ?? 0) +
        (sum?.unknown_direction_flow_count ?? 0) || 1,
  };
}

function endOf(end: FlowMessage["source"]): Flow["source"] {
  return {
    id: end?.ID ?? 0,
    identity: end?.identity ?? 0,
    cluster: end?.cluster_name ?? "",
    namespace: end?.namespace ?? "",
    pod: end?.pod_name ?? "",
    workloads: end?.workloads ?? [],
    labels: end?.labels ?? [],
  };
}

function encode(json: object): Uint8Array {
  return GetFlowsResponse.encode(messageFromJson("observer.GetFlowsResponse", json)).finish();
}

describe("reading a flow", () => {
  it("gives what the generated decoder gives, for any flow", () => {
    fc.assert(
      fc.property(anyMessage("flow.Flow"), (json) => {
        const bytes = encode({ flow: json });
        const event = decodeResponse(bytes);
        if (event.kind !== "flow") throw new Error(JSON.stringify(event));
        const message = GetFlowsResponse.decode(bytes).flow;
        expect(event.flow).toMatchObject(flowOf(message ?? FlowMessage.create()));
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same by line as by protobuf, for any flow", () => {
    fc.assert(
      fc.property(anyMessage("flow.Flow"), (json) => {
        const wire = decodeResponse(encode({ flow: json }));
        const line = decodeLine(JSON.stringify({ flow: json }));
        if (wire.kind !== "flow" || line.kind !== "flow") throw new Error("no flow");
        expect({ ...line.flow, raw: "" }).toEqual({ ...wire.flow, raw: "" });
      }),
      { numRuns: 200 },
    );
  });
});

describe("decoding never throws", () => {
  it("for bytes that were cut or changed anywhere", () => {
    const flow = {
      uuid: "u",
      l4: { TCP: { flags: { SYN: true } } },
      source: { labels: ["a", "b"] },
    };
    const good = encode({ flow: { ...flow, l7: { http: { url: "/?a=b" } } }, node_name: "n" });
    fc.assert(
      fc.property(
        fc.nat(good.length),
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 3 }),
        (length, changes) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          expect(decodeResponse(bytes.subarray(0, length)).kind).toBeDefined();
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("for any bytes, and any line", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => !!decodeResponse(bytes).kind));
    fc.assert(fc.property(fc.string(), (line) => !!decodeLine(line).kind));
    fc.assert(fc.property(fc.json(), (json) => !!decodeLine(`{"flow":${json}}`).kind));
  });
});
