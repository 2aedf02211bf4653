/**
 * Load for benchmarks: drops from many series at a steady rate, for next to nothing each. A message
 * is encoded once for each series; then only its time, uuid and client port are overwritten.
 */
import {
  DropReason,
  Flow,
  FlowType,
  IPVersion,
  TrafficDirection,
  Verdict,
} from "@/lib/hubble/generated/flow/flow";
import type { Timestamp } from "@/lib/hubble/generated/google/protobuf/timestamp";
import { GetFlowsResponse } from "@/lib/hubble/generated/observer/observer";
import { timestampOfMs } from "@/lib/hubble/timestamp";
import { CLUSTER, NODES } from "./cluster/inventory";
import { createRandom, hash } from "./cluster/random";

export type LoadOptions = {
  /** How many distinct series the drops belong to. */
  series: number;
  /** Drops a second. */
  perSecond: number;
  seed?: number;
  /** Time of the first drop, in ms since the epoch. */
  startMs: number;
  /** Sends the drop event of each packet after its policy verdict: twice the messages. */
  twins?: boolean;
};

export type LoadMessage = {
  nodeName: string;
  /** An encoded `GetFlowsResponse`. */
  bytes: Buffer;
  time: Timestamp;
};

export type Load = {
  /** Messages due before `untilMs` that were not taken yet, at most `MOST_AT_ONCE` drops of them. */
  take(untilMs: number): LoadMessage[];
  /** Drops taken so far. */
  readonly drops: number;
};

/** A caller that was held up catches up in steps. */
export const MOST_AT_ONCE = 50_000;

/** What the patches replace: each as wide as any value it may take. */
const PLACE = { time: { seconds: "1700000000", nanos: 536_870_912 }, port: 40_000 } as const;
const UUID = "00000000-0000-4000-8000-000000000000";

export function loadFlows(options: LoadOptions): Load {
  const { series, perSecond, seed = 1, startMs, twins = false } = options;
  const templates = Array.from({ length: series }, (_, i) => ({
    verdict: buildTemplate(seriesFlow(i, seed, 5)),
    drop: twins ? buildTemplate(seriesFlow(i, seed, 1)) : null,
  }));
  const random = createRandom(hash(seed, "load"));
  let drops = 0;
  return {
    get drops() {
      return drops;
    },
    take: (untilMs) => {
      const due = Math.ceil(((untilMs - startMs) * perSecond) / 1000);
      const until = Math.min(due, drops + MOST_AT_ONCE);
      const messages: LoadMessage[] = [];
      for (; drops < until; drops++) {
        const atMs = startMs + (drops * 1000) / perSecond;
        // Every series comes once before one comes again.
        const template = templates[drops % series];
        if (!template) break;
        const port = random.int(32_768, 60_999);
        messages.push(fill(template.verdict, drops * 2, port, timestampOfMs(atMs)));
        if (template.drop) {
          messages.push(fill(template.drop, drops * 2 + 1, port, timestampOfMs(atMs + 0.2)));
        }
      }
      return messages;
    },
  };
}

type Template = {
  nodeName: string;
  bytes: Buffer;
  /** Where the varint of the seconds begins, in the flow and in the response around it. */
  times: readonly number[];
  uuid: number;
  port: number;
};

function fill(template: Template, uuid: number, port: number, time: Timestamp): LoadMessage {
  const bytes = Buffer.from(template.bytes);
  for (const offset of template.times) {
    writeVarint(bytes, offset, Number(time.seconds), 5);
    writeVarint(bytes, offset + 6, time.nanos, 5);
  }
  bytes.write(uuid.toString(16).padStart(12, "0"), template.uuid + 24, "latin1");
  writeVarint(bytes, template.port, port, 3);
  return { nodeName: template.nodeName, bytes, time };
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

function buildTemplate(flow: Flow): Template {
  const bytes = Buffer.from(
    GetFlowsResponse.encode({ flow, node_name: flow.node_name, time: PLACE.time }).finish(),
  );
  // tag of seconds, its five bytes, tag of nanos, its five bytes
  const time = Buffer.from([
    0x08, 0x80, 0xe2, 0xcf, 0xaa, 0x06, 0x10, 0x80, 0x80, 0x80, 0x80, 0x02,
  ]);
  const first = bytes.indexOf(time);
  const second = bytes.indexOf(time, first + 1);
  const uuid = bytes.indexOf(UUID, 0, "latin1");
  const port = bytes.indexOf(Buffer.from([0x08, 0xc0, 0xb8, 0x02]));
  return { nodeName: flow.node_name, bytes, times: [first + 1, second + 1], uuid, port: port + 1 };
}

/** Drops of one series: a workload of its own that tries one port of another and is denied by name. */
function seriesFlow(index: number, seed: number, eventType: 1 | 5): Flow {
  const node = NODES[index % 3] ?? NODES[0];
  const key = hash(seed, "series", index);
  const namespace = `load-${index % 40}`;
  const app = `client-${index}`;
  const reason = index % 4 === 0 ? DropReason.POLICY_DENIED : DropReason.POLICY_DENY;
  const policy = `deny-${index % 200}`;
  const isVerdict = eventType === 5;
  const names = isVerdict && reason === DropReason.POLICY_DENY;
  return Flow.fromPartial({
    time: PLACE.time,
    uuid: UUID,
    verdict: Verdict.DROPPED,
    drop_reason: reason,
    drop_reason_desc: reason,
    ethernet: { source: "62:6b:d0:a4:c5:63", destination: "6e:d0:ea:78:fc:0a" },
    IP: {
      source: `10.${100 + (index % 3)}.${(index >> 8) & 255}.${index & 255}`,
      destination: `198.18.${(key >> 8) & 255}.${key & 255}`,
      ipVersion: IPVersion.IPv4,
    },
    l4: {
      TCP: {
        source_port: PLACE.port,
        destination_port: 1024 + (key % 60_000),
        flags: { SYN: true },
      },
    },
    source: {
      ID: 1 + (index % 4000),
      identity: 20_000 + index,
      cluster_name: CLUSTER,
      namespace,
      labels: [
        `k8s:app=${app}`,
        `k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=${namespace}`,
        `k8s:io.cilium.k8s.policy.cluster=${CLUSTER}`,
        "k8s:io.cilium.k8s.policy.serviceaccount=default",
        `k8s:io.kubernetes.pod.namespace=${namespace}`,
      ],
      pod_name: `${app}-7f9c6d5b88-x2x4z`,
      workloads: [{ name: app, kind: "Deployment" }],
    },
    destination: { identity: 2, labels: ["reserved:world"] },
    Type: FlowType.L3_L4,
    node_name: node.name,
    node_labels: node.labels,
    event_type: { type: eventType, sub_type: isVerdict ? 0 : reason },
    traffic_direction: TrafficDirection.EGRESS,
    policy_match_type: names ? 1 : 0,
    file: isVerdict ? undefined : { name: "bpf_lxc.c", line: 1360 },
    Summary: "TCP Flags: SYN",
    egress_denied_by: names
      ? [
          {
            name: policy,
            namespace,
            labels: [`k8s:io.cilium.k8s.policy.name=${policy}`],
            revision: "3",
            kind: "CiliumNetworkPolicy",
          },
        ]
      : [],
    policy_log: names ? [`tag-${index % 20}`] : [],
  } as Parameters<typeof Flow.fromPartial>[0]);
}
