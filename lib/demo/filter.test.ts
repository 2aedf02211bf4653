/** Hubble's flow filters, field by field, asked of the real server by a real client. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ObserverClient } from "@/lib/hubble/generated/observer/observer";
import { createRelayServer, type Relay } from "./relay";
import { collect, connectTo, dropAt, requestOf, uuidsOf } from "./test-client";

const FLOWS = [
  // A refused packet: verdict event and drop event.
  dropAt(1, "verdict", {
    drop_reason_desc: "POLICY_DENY",
    event_type: { type: 5 },
    traffic_direction: "EGRESS",
    IP: {
      source: "10.0.1.5",
      destination: "203.0.113.7",
      ipVersion: "IPv4",
      source_xlated: "10.9.9.9",
    },
    l4: { TCP: { source_port: 40000, destination_port: 443, flags: { SYN: true } } },
    source: {
      ID: 7,
      identity: 1234,
      cluster_name: "c",
      namespace: "shop",
      pod_name: "web-1",
      labels: ["k8s:app=web", "k8s:tier=front"],
      workloads: [{ name: "web", kind: "Deployment" }],
    },
    destination: { identity: 2, labels: ["reserved:world"] },
    destination_names: ["eu.Telemetry.example.com"],
    destination_service: { name: "out", namespace: "shop" },
    node_name: "c/n1",
    node_labels: ["kubernetes.io/os=linux"],
    policy_log: ["tagged"],
    ip_trace_id: { trace_id: "77" },
  }),
  dropAt(2, "drop", {
    drop_reason_desc: "POLICY_DENY",
    event_type: { type: 1, sub_type: 181 },
    traffic_direction: "EGRESS",
    IP: { source: "10.0.1.5", destination: "203.0.113.7", ipVersion: "IPv4" },
    l4: { TCP: { source_port: 40000, destination_port: 443, flags: { SYN: true } } },
    source: {
      ID: 7,
      identity: 1234,
      cluster_name: "c",
      namespace: "shop",
      pod_name: "web-1",
      labels: ["k8s:app=web", "k8s:tier=front"],
    },
    destination: { labels: ["reserved:world"] },
  }),
  dropAt(3, "audit", {
    verdict: "AUDIT",
    drop_reason_desc: "POLICY_DENY",
    event_type: { type: 5 },
    is_reply: false,
    traffic_direction: "INGRESS",
    IP: { source: "2001:db8::1", destination: "2001:db8::2", ipVersion: "IPv6" },
    l4: { UDP: { source_port: 5000, destination_port: 53 } },
    source: { namespace: "default", pod_name: "job-a" },
    destination: { identity: 99, namespace: "db", pod_name: "pg-0", labels: ["k8s:app=pg"] },
    source_names: ["a.b"],
    node_name: "n9",
    policy_log: [""],
  }),
  dropAt(4, "http", {
    verdict: "FORWARDED",
    Type: "L7",
    event_type: { type: 129 },
    is_reply: true,
    l4: { TCP: { source_port: 80, destination_port: 41000 } },
    l7: {
      type: "RESPONSE",
      http: {
        code: 404,
        method: "GET",
        url: "http://x/a/b?q=1",
        headers: [{ key: "A", value: "1" }],
      },
    },
    trace_context: { parent: { trace_id: "abc" } },
  }),
  dropAt(5, "dns", {
    verdict: "FORWARDED",
    Type: "L7",
    event_type: { type: 129 },
    is_reply: false,
    l7: { type: "REQUEST", dns: { query: "api.example.org." } },
  }),
  dropAt(6, "trace", {
    verdict: "FORWARDED",
    event_type: { type: 4 },
    is_reply: false,
    IP: { source: "10.0.2.9", destination: "10.0.1.5", ipVersion: "IPv4", encrypted: true },
    l4: { TCP: { source_port: 1, destination_port: 2, flags: { SYN: true, ACK: true } } },
    interface: { index: 12, name: "lxc1" },
    node_name: "other/n1",
  }),
  dropAt(7, "icmp", {
    l4: { ICMPv6: { type: 133 } },
    drop_reason_desc: "INVALID_SOURCE_IP",
    event_type: { type: 1, sub_type: 132 },
  }),
];

let relay: Relay;
let client: ObserverClient;
beforeAll(async () => {
  relay = await createRelayServer();
  // One node serves all, so that they come in this order.
  for (const flow of FLOWS) relay.emit(flow, "c/n1");
  client = connectTo(relay.address);
});
afterAll(async () => {
  client.close();
  await relay.stop();
});

async function matching(...whitelist: object[]): Promise<string> {
  const { responses } = await collect(client, requestOf({ whitelist }));
  return uuidsOf(responses).join(" ");
}

describe("a filter field", () => {
  it.each([
    ["uuid: exact", { uuid: ["drop"] }, "drop"],
    ["ip without slash: equal text", { source_ip: ["10.0.1.5"] }, "verdict drop"],
    [
      "ip without slash: another spelling of the same address differs",
      { source_ip: ["2001:db8:0::1"] },
      "",
    ],
    ["ip with slash: containment", { source_ip: ["10.0.0.0/16"] }, "verdict drop trace"],
    ["ip of the other family is in no prefix", { destination_ip: ["2001:db8::/32"] }, "audit"],
    ["translated source address", { source_ip_xlated: ["10.9.0.0/16"] }, "verdict"],
    ["pod: namespace exact, name by prefix", { source_pod: ["shop/we"] }, "verdict drop"],
    ["pod without slash: namespace default", { source_pod: ["job"] }, "audit"],
    ["pod ns/: everything in it", { destination_pod: ["db/"] }, "audit"],
    ["pod ns/ is no prefix of a namespace", { destination_pod: ["d/"] }, ""],
    ["pod /prefix: any namespace", { source_pod: ["/job"] }, "audit"],
    ["pod /: any end with a namespace", { source_pod: ["/"] }, "verdict drop audit"],
    ["service: the same syntax", { destination_service: ["shop/o"] }, "verdict"],
    [
      "fqdn: glob, case and final dot ignored",
      { destination_fqdn: ["*.telemetry.EXAMPLE.com."] },
      "verdict",
    ],
    [
      "fqdn: a glob label is not optional",
      { destination_fqdn: ["*.eu.telemetry.example.com"] },
      "",
    ],
    ["fqdn of the source", { source_fqdn: ["a.*"] }, "audit"],
    ["label: equality", { source_label: ["app=web"] }, "verdict drop"],
    ["label: comma is and", { source_label: ["app=web,tier=back"] }, ""],
    ["label: set", { destination_label: ["app in (pg, redis)"] }, "audit"],
    ["label: source prefix", { source_label: ["k8s:app"] }, "verdict drop"],
    ["label: another source's prefix", { source_label: ["reserved:app"] }, ""],
    ["label: reserved identity", { destination_label: ["reserved:world"] }, "verdict drop"],
    ["label: absence", { source_label: ["!app"], verdict: ["AUDIT"] }, "audit"],
    [
      "label: inequality holds for ends without the label",
      { source_label: ["app!=web"], event_type: [{ type: 5 }] },
      "audit",
    ],
    [
      "workload by name: only local ends have one",
      { source_workload: [{ name: "web" }] },
      "verdict",
    ],
    ["workload by kind", { source_workload: [{ kind: "Deployment" }] }, "verdict"],
    ["cluster name: exact", { source_cluster_name: ["c"] }, "verdict drop"],
    ["identity: number", { source_identity: [1234] }, "verdict drop"],
    [
      "identity 0: an end with identity 0, not a missing end",
      { destination_identity: [0] },
      "drop",
    ],
    ["direction", { traffic_direction: ["INGRESS"] }, "audit"],
    ["verdict: any of several", { verdict: ["AUDIT", "DROPPED"] }, "verdict drop audit icmp"],
    ["ip version", { ip_version: ["IPv6"] }, "audit"],
    ["ip version: not used means no IP", { ip_version: ["IP_NOT_USED"] }, "http dns icmp"],
    ["drop reason: never an audited flow", { drop_reason_desc: ["POLICY_DENY"] }, "verdict drop"],
    ["event type", { event_type: [{ type: 1 }] }, "drop icmp"],
    [
      "event sub type is ignored unless asked for",
      { event_type: [{ type: 1, sub_type: 181 }] },
      "drop icmp",
    ],
    [
      "event sub type with match_sub_type",
      { event_type: [{ type: 1, match_sub_type: true, sub_type: 181 }] },
      "drop",
    ],
    ["event type 0: any type", { event_type: [{ match_sub_type: true, sub_type: 132 }] }, "icmp"],
    ["protocol: case does not count", { protocol: ["TCP"] }, "verdict drop http trace"],
    ["protocol icmp: both versions", { protocol: ["icmp"] }, "icmp"],
    ["protocol of layer 7", { protocol: ["dns", "http"] }, "http dns"],
    ["port", { destination_port: ["443", "53"] }, "verdict drop audit"],
    [
      "tcp flags: those set must be set, others are not checked",
      { tcp_flags: [{ SYN: true }] },
      "verdict drop trace",
    ],
    ["tcp flags of one entry: all", { tcp_flags: [{ SYN: true, ACK: true }] }, "trace"],
    [
      "reply false: also drops, which do not say",
      { reply: [false] },
      "verdict drop audit dns trace icmp",
    ],
    ["reply true", { reply: [true] }, "http"],
    ["encrypted", { encrypted: [true] }, "trace"],
    ["dns query: expression, not anchored", { dns_query: ["example\\.org"] }, "dns"],
    ["http status: exact", { http_status_code: ["404"] }, "http"],
    ["http status: prefix", { http_status_code: ["4+"] }, "http"],
    ["http status: another prefix", { http_status_code: ["50+"] }, ""],
    ["http method: case does not count", { http_method: ["get"] }, "http"],
    ["http path: of the parsed URL", { http_path: ["^/a/b$"] }, "http"],
    ["http url", { http_url: ["q=1"] }, "http"],
    ["http header: key and value", { http_header: [{ key: "A", value: "1" }] }, "http"],
    ["http with the L7 event type", { http_method: ["GET"], event_type: [{ type: 129 }] }, "http"],
    ["node name: a bare filter means the cluster default", { node_name: ["n*"] }, "audit"],
    ["node name: cluster and pattern", { node_name: ["other/n*"] }, "trace"],
    ["node name: cluster alone", { node_name: ["other/"] }, "trace"],
    ["node label", { node_labels: ["kubernetes.io/os=linux"] }, "verdict"],
    ["interface by name", { interface: [{ name: "lxc1" }] }, "trace"],
    ["interface by index", { interface: [{ index: 13 }] }, ""],
    ["trace id", { trace_id: ["abc"] }, "http"],
    ["ip trace id", { ip_trace_id: ["77"] }, "verdict"],
    [
      "CEL: membership",
      { experimental: { cel_expression: ["'tagged' in _flow.policy_log"] } },
      "verdict",
    ],
    [
      "CEL: exists",
      { experimental: { cel_expression: ["(_flow.policy_log.exists(l, l.endsWith('ged')))"] } },
      "verdict",
    ],
    [
      "CEL: negation",
      {
        experimental: { cel_expression: ["!('tagged' in _flow.policy_log)"] },
        event_type: [{ type: 5 }],
      },
      "audit",
    ],
    [
      "CEL: size",
      { experimental: { cel_expression: ["size(_flow.policy_log) > 0"] } },
      "verdict audit",
    ],
  ])("%s", async (_rule, filter, expected) => {
    expect(await matching(filter)).toBe(expected);
  });
});

describe("an invalid filter", () => {
  it.each([
    ["an address", { source_ip: ["10.0.0"] }, "10.0.0"],
    ["a prefix", { source_ip: ["10.0.0.0/40"] }, "10.0.0.0/40"],
    ["an empty pod", { source_pod: [""] }, "empty pod"],
    ["a name with other characters", { source_fqdn: ["a_b"] }, "a_b"],
    ["a selector", { source_label: ["a=b=c"] }, "a=b=c"],
    ["an empty cluster name", { source_cluster_name: [""] }, "cluster name"],
    ["a protocol", { protocol: ["quic"] }, "quic"],
    ["a port", { source_port: ["70000"] }, "70000"],
    ["an expression", { dns_query: ["("] }, "dns query"],
    ["a status", { http_status_code: ["4x"] }, "4x"],
    ["http without the L7 event type", { http_method: ["GET"], event_type: [{ type: 1 }] }, "129"],
    ["a node name with two slashes", { node_name: ["a/b/c"] }, "a/b/c"],
    [
      "CEL that does not compile",
      { experimental: { cel_expression: ["_flow.policy_log.endsWith('x')"] } },
      "no matching overload for 'endsWith'",
    ],
    [
      "CEL the demo cannot evaluate, by name",
      { experimental: { cel_expression: ["_flow.verdict == Verdict.DROPPED"] } },
      "_flow.verdict == Verdict.DROPPED",
    ],
  ])("%s: the node's error says what", async (_rule, filter, expected) => {
    const { responses, error } = await collect(client, requestOf({ whitelist: [filter] }));

    expect(error).toBeNull();
    expect(responses.at(-1)?.node_status?.message).toContain(expected);
  });
});
