/**
 * The flows of the benchmarks: about 1 KB each, of 5,000 series in 451 groups, from 1,000 workloads
 * of two pods each. Of the drops half come as a verdict event and a drop event, a quarter would be
 * dropped (AUDIT) and a quarter has a reason that is no policy's. A message is encoded once for
 * each series and pod; then its times, uuid and client port are overwritten, which costs little.
 */
import { createRandom, hash } from "@/lib/demo/cluster/random";
import {
  DropReason,
  Flow,
  FlowType,
  IPVersion,
  TrafficDirection,
  Verdict,
} from "@/lib/hubble/generated/flow/flow";
import { GetFlowsResponse } from "@/lib/hubble/generated/observer/observer";

export const SERIES = 5_000;
/** Messages for each drop, on average. */
export const MESSAGES_PER_DROP = 1.5;
export const NAMESPACES = 40;
const PODS = 2;
const NODES = 12;
const POLICIES = 200;
const CLIENTS = 1_000;
const SERVICES = 300;

export type BenchFlows = {
  /** The encoded `GetFlowsResponse` messages of the next drops, spread evenly over the span. */
  take(drops: number, fromMs: number, toMs: number): Buffer[];
};

type Template = { bytes: Buffer; times: readonly number[]; uuid: number; port: number };
type Kind = "verdict" | "drop" | "audit" | "other";

export function benchFlows(seed = 1): BenchFlows {
  const series = Array.from({ length: SERIES * PODS }, (_, index) => {
    const kinds = kindsOf(index % SERIES);
    return kinds.map((kind) => template(flowOf(index % SERIES, Math.floor(index / SERIES), kind)));
  });
  const random = createRandom(hash(seed, "bench"));
  return {
    take(drops, fromMs, toMs) {
      const messages: Buffer[] = [];
      for (let i = 0; i < drops; i++) {
        const atMs = fromMs + ((toMs - fromMs) * i) / drops;
        const port = random.int(32_768, 60_999);
        const templates = series[random.int(0, series.length - 1)] ?? [];
        templates.forEach((each, which) => {
          messages.push(fill(each, atMs + which * 0.05, port, () => random.int(0, 0xffff)));
        });
      }
      return messages;
    },
  };
}

function kindsOf(index: number): Kind[] {
  if (index % 2 === 0) return ["verdict", "drop"];
  return index % 4 === 1 ? ["audit"] : ["other"];
}

const PLACE = { seconds: "1700000000", nanos: 536_870_912 } as const;
const UUID = "00000000-0000-4000-8000-000000000000";
const PORT = 40_000;

function template(flow: Flow): Template {
  const response = { flow, node_name: flow.node_name, time: PLACE };
  const bytes = Buffer.from(GetFlowsResponse.encode(response).finish());
  // Tag and five bytes of the seconds, tag and five bytes of the nanoseconds.
  const time = Buffer.from("0880e2cfaa06108080808002", "hex");
  const first = bytes.indexOf(time);
  const second = bytes.indexOf(time, first + 1);
  const uuid = bytes.indexOf(UUID, 0, "latin1");
  // Tag and three bytes of the source port.
  const port = bytes.indexOf(Buffer.from("08c0b802", "hex"));
  if (first < 0 || second < 0 || uuid < 0 || port < 0) throw new Error("a place was not found");
  return { bytes, times: [first + 1, second + 1], uuid, port: port + 1 };
}

function fill(from: Template, atMs: number, port: number, quad: () => number): Buffer {
  const bytes = Buffer.from(from.bytes);
  const seconds = Math.floor(atMs / 1000);
  const nanos = Math.floor((atMs - seconds * 1000) * 1e6);
  for (const at of from.times) {
    writeVarint(bytes, at, seconds, 5);
    writeVarint(bytes, at + 6, nanos, 5);
  }
  for (const at of [0, 4, 9, 19, 24, 28, 32]) {
    bytes.write((quad() | 0x1_0000).toString(16).slice(1), from.uuid + at, "latin1");
  }
  writeVarint(bytes, from.port, port, 3);
  return bytes;
}

/** A varint of a fixed width: readers accept the leading zeros. */
function writeVarint(bytes: Buffer, offset: number, value: number, width: number): void {
  let rest = value;
  for (let i = 0; i < width - 1; i++) {
    bytes[offset + i] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  bytes[offset + width - 1] = rest;
}

/** Egress of a workload to a service, each series on a port of its own. */
function flowOf(index: number, pod: number, kind: Kind): Flow {
  const client = index % CLIENTS;
  const denied = kind === "verdict" || kind === "drop";
  const node = `bench/node-${(client + pod) % NODES}`;
  const reason = denied
    ? DropReason.POLICY_DENY
    : kind === "audit"
      ? DropReason.DROP_REASON_UNKNOWN
      : DropReason.STALE_OR_UNROUTABLE_IP;
  const service = hash("service", index) % SERVICES;
  return Flow.fromPartial({
    time: PLACE,
    uuid: UUID,
    verdict: kind === "audit" ? Verdict.AUDIT : Verdict.DROPPED,
    drop_reason: reason,
    drop_reason_desc: reason,
    ethernet: { source: "62:6b:d0:a4:c5:63", destination: "6e:d0:ea:78:fc:0a" },
    IP: {
      source: `10.${pod}.${client >> 8}.${client & 255}`,
      destination: `10.9.${service >> 8}.${service & 255}`,
      ipVersion: IPVersion.IPv4,
    },
    l4: {
      TCP: {
        source_port: PORT,
        destination_port: 1024 + (hash("port", index) % 60_000),
        flags: { SYN: true },
      },
    },
    source: endpoint(`client-${client}`, `team-${client % NAMESPACES}`, 20_000 + client, pod),
    destination: endpoint(`service-${service}`, `team-${service % NAMESPACES}`, 9_000 + service, 0),
    Type: FlowType.L3_L4,
    node_name: node,
    node_labels: ["kubernetes.io/arch=amd64", `kubernetes.io/hostname=${node.slice(6)}`],
    event_type:
      kind === "drop" || kind === "other"
        ? { type: 1, sub_type: reason }
        : { type: 5, sub_type: 0 },
    traffic_direction: TrafficDirection.EGRESS,
    policy_match_type: kind === "verdict" ? 1 : 0,
    file: kind === "drop" || kind === "other" ? { name: "bpf_lxc.c", line: 1360 } : undefined,
    Summary: "TCP Flags: SYN",
    egress_denied_by: kind === "verdict" ? [policyOf(index)] : [],
    policy_log: kind === "verdict" ? [`tag-${(index / 2) % 20}`] : [],
  } as Parameters<typeof Flow.fromPartial>[0]);
}

function endpoint(app: string, namespace: string, identity: number, pod: number) {
  return {
    ID: identity % 4000,
    identity,
    cluster_name: "bench",
    namespace,
    labels: [
      `k8s:app.kubernetes.io/name=${app}`,
      `k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=${namespace}`,
      "k8s:io.cilium.k8s.policy.cluster=bench",
      "k8s:io.cilium.k8s.policy.serviceaccount=default",
      `k8s:io.kubernetes.pod.namespace=${namespace}`,
    ],
    pod_name: `${app}-7f9c6d5b88-x2x4${pod}`,
    workloads: [{ name: app, kind: "Deployment" }],
  };
}

function policyOf(index: number) {
  const name = `deny-${(index / 2) % POLICIES}`;
  const namespace = `team-${index % NAMESPACES}`;
  return {
    name,
    namespace,
    labels: [
      "k8s:io.cilium.k8s.policy.derived-from=CiliumNetworkPolicy",
      `k8s:io.cilium.k8s.policy.name=${name}`,
      `k8s:io.cilium.k8s.policy.namespace=${namespace}`,
    ],
    revision: "3",
    kind: "CiliumNetworkPolicy",
  };
}
