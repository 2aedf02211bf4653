/**
 * One refused packet as each version of Hubble writes it, in our own values: the drop is the same,
 * and the table says what a version cannot tell. Files may mix versions line by line.
 */
import { describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { createPipeline } from "@/lib/drops/pipeline";
import { createLineDecoder } from "./line-decoder";

type Json = Record<string, unknown>;

const POLICY = {
  name: "block-imds",
  namespace: "shop",
  labels: [
    "k8s:io.cilium.k8s.policy.derived-from=CiliumNetworkPolicy",
    "k8s:io.cilium.k8s.policy.name=block-imds",
    "k8s:io.cilium.k8s.policy.namespace=shop",
    "k8s:io.cilium.k8s.policy.uid=cc92cfe2-0000-4000-8000-000000000001",
  ],
  revision: "9",
  kind: "CiliumNetworkPolicy",
};

/** As 1.19 writes it; older versions leave fields out. */
const NEWEST: Json = {
  time: "2026-11-21T07:59:23.501253423Z",
  emitter: { name: "Hubble", version: "1.19.4+g0123abcd" },
  verdict: "DROPPED",
  drop_reason: 181,
  IP: { source: "10.0.1.21", destination: "169.254.169.254", ipVersion: "IPv4" },
  l4: { TCP: { source_port: 40001, destination_port: 80, flags: { SYN: true } } },
  source: {
    ID: 21,
    identity: 20_001,
    cluster_name: "c1",
    namespace: "shop",
    labels: ["k8s:app=web", "k8s:io.kubernetes.pod.namespace=shop"],
    pod_name: "web-6d5f7c9b8d-x2x4z",
    workloads: [{ name: "web", kind: "Deployment" }],
  },
  destination: { identity: 16_777_218, labels: ["cidr:169.254.169.254/32", "reserved:world"] },
  Type: "L3_L4",
  node_name: "c1/n1",
  node_labels: ["kubernetes.io/hostname=n1"],
  traffic_direction: "EGRESS",
  drop_reason_desc: "POLICY_DENY",
  Summary: "TCP Flags: SYN",
};
const VERDICT: Json = {
  ...NEWEST,
  uuid: "5f000000-0000-4000-8000-000000000005",
  event_type: { type: 5 },
  policy_match_type: 1,
  auth_type: "DISABLED",
  egress_denied_by: [POLICY],
  policy_log: ["imds"],
};
const DROP: Json = {
  ...NEWEST,
  uuid: "1f000000-0000-4000-8000-000000000001",
  event_type: { type: 1, sub_type: 181 },
  file: { name: "bpf_lxc.c", line: 1360 },
};

/** A version: what its two flows lack or have otherwise, and how the drop then reads. */
type Version = {
  version: string;
  /** `undefined` takes a field away. */
  change: (flow: Json) => Json;
  /** Only one of the two flows is there. */
  only?: "verdict" | "drop";
  /** What is not as in the newest; all else is. */
  lost: Partial<Telling>;
};

const without =
  (...keys: string[]) =>
  (flow: Json): Json =>
    Object.fromEntries(Object.entries(flow).filter(([key]) => !keys.includes(key)));
const all =
  (...changes: ((flow: Json) => Json)[]) =>
  (flow: Json): Json =>
    changes.reduce((before, change) => change(before), flow);
const endpoint =
  (change: (end: Json) => Json) =>
  (flow: Json): Json => ({
    ...flow,
    source: change(flow.source as Json),
    destination: change(flow.destination as Json),
  });
const policies =
  (change: (policy: Json) => Json) =>
  (flow: Json): Json =>
    "egress_denied_by" in flow
      ? { ...flow, egress_denied_by: (flow.egress_denied_by as Json[]).map(change) }
      : flow;

const V118 = without("emitter");
const V117 = all(V118, without("policy_log"));
const V116 = all(
  V117,
  without("file", "node_labels"),
  endpoint(without("cluster_name")),
  policies(without("kind")),
);
const V115 = all(V116, without("egress_denied_by"));
const V114 = V115;
const V113 = all(V114, without("uuid", "auth_type"));
const V2021 = all(V113, endpoint(without("workloads")), (flow) => ({ ...flow, node_name: "n1" }));

type Telling = ReturnType<typeof tell>;

const NO_NAMES: Partial<Telling> = {
  certainty: "none",
  policies: [],
  tags: [],
  tagState: "unreported",
};

const VERSIONS: readonly Version[] = [
  { version: "1.19", change: (flow) => flow, lost: {} },
  {
    version: "1.20, with fields of a later day and without the deprecated ones",
    change: (flow) => ({
      ...without("drop_reason", "Summary")(flow),
      source: {
        ...(flow.source as Json),
        labels: [
          ...((flow.source as Json).labels as string[]),
          "gen:io.cilium.k8s.named-ports=dns.UDP.53",
        ],
      },
      a_field_of_tomorrow: { x: [1] },
    }),
    lost: {},
  },
  {
    version: "1.18 and 1.19, a policy without log: one empty tag",
    change: (flow) => ("policy_log" in flow ? { ...flow, policy_log: [""] } : flow),
    lost: { tags: [], tagState: "untagged" },
  },
  { version: "1.18, no emitter", change: V118, lost: { emitter: "" } },
  {
    version: "1.17, no policy_log",
    change: V117,
    lost: { emitter: "", tags: [], tagState: "unreported" },
  },
  {
    version: "1.16, a policy's kind only in its labels, no code place",
    change: V116,
    lost: { emitter: "", tags: [], tagState: "unreported", file: "" },
  },
  {
    version: "1.15 and 1.14, no denying policy",
    change: V115,
    lost: { ...NO_NAMES, emitter: "", file: "" },
  },
  { version: "1.13, no uuid", change: V113, lost: { ...NO_NAMES, emitter: "", file: "" } },
  {
    version: "2021, no workloads, bare node name",
    change: V2021,
    // The workload is told by the pod's name; the cluster is Hubble's default.
    lost: { ...NO_NAMES, emitter: "", file: "", source: "default/shop/web Deployment" },
  },
  { version: "a relay that fills drop_reason only", change: without("drop_reason_desc"), lost: {} },
  {
    version: "the legacy reply beside is_reply",
    change: (flow) => ({ ...flow, reply: true, is_reply: true }),
    lost: {},
  },
  {
    version: "enums as numbers",
    change: (flow) => ({
      ...flow,
      verdict: 2,
      drop_reason_desc: 181,
      traffic_direction: 2,
      Type: 1,
      auth_type: 0,
    }),
    lost: {},
  },
  {
    version: "numbers as text",
    change: (flow) => ({
      ...flow,
      l4: { TCP: { source_port: "40001", destination_port: "80", flags: { SYN: true } } },
      event_type: Object.fromEntries(
        Object.entries(flow.event_type as Json).map(([key, value]) => [key, String(value)]),
      ),
    }),
    lost: {},
  },
  {
    version: "nothing between policy names and reason but the sub-type of the drop event",
    only: "drop",
    change: without("drop_reason", "drop_reason_desc"),
    lost: { ...NO_NAMES, emitter: "", flows: 1 },
  },
  {
    version: "policy verdicts switched off",
    only: "drop",
    change: (flow) => flow,
    lost: { ...NO_NAMES, emitter: "", flows: 1 },
  },
  {
    version: "drop events switched off",
    only: "verdict",
    change: (flow) => flow,
    lost: { certainty: "reported", file: "", flows: 1 },
  },
  {
    version: "1.19, an exporter that adds up",
    only: "verdict",
    change: (flow) => ({
      ...flow,
      aggregate: { egress_flow_count: 40, unknown_direction_flow_count: 2 },
    }),
    lost: { certainty: "reported", file: "", flows: 1, count: 42 },
  },
  {
    version: "1.20, audited where an explicit rule would have denied",
    only: "verdict",
    change: (flow) => ({
      ...without("drop_reason", "drop_reason_desc")(flow),
      verdict: "AUDIT",
      is_reply: false,
    }),
    lost: { certainty: "reported", file: "", flows: 1, verdict: "AUDIT", reason: 0 },
  },
];

function linesOf({ change, only }: Pick<Version, "change" | "only">): string[] {
  const flows = [
    ...(only === "drop" ? [] : [change(VERDICT)]),
    ...(only === "verdict" ? [] : [change(DROP)]),
  ];
  return flows.map((flow) => JSON.stringify({ flow, node_name: flow.node_name, time: flow.time }));
}

function dropsOf(lines: readonly string[]): Drop[] {
  const drops: Drop[] = [];
  const pipeline = createPipeline({ origin: "test", onDrop: (drop) => drops.push(drop) });
  const decoder = createLineDecoder();
  for (const event of decoder.all(lines.map((text, at) => ({ line: at + 1, text })))) {
    if (event.kind !== "flow") throw new Error(JSON.stringify(event));
    pipeline.push(event.flow, 0);
  }
  pipeline.end();
  return drops;
}

/** What a person is told of a drop. */
function tell(drop: Drop) {
  const { series, verdictFlow, dropFlow } = drop;
  return {
    attribution: series.attribution.kind as string,
    certainty: series.attribution.certainty as string,
    policies: series.attribution.policies.map(
      ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`,
    ),
    tags: [...series.tags],
    tagState: series.tagState as string,
    reason: series.reason,
    verdict: series.verdict,
    direction: series.direction as string,
    source: `${series.source.cluster}/${series.source.namespace}/${series.source.workload} ${series.source.workloadKind}`,
    destination: series.destination.name,
    port: series.port,
    node: drop.node,
    count: drop.count,
    file: dropFlow?.file ?? "",
    emitter: verdictFlow?.emitter ?? "",
    flows: (verdictFlow === null ? 0 : 1) + (dropFlow === null ? 0 : 1),
  };
}

describe("a refused packet", () => {
  const [newest] = dropsOf(linesOf({ change: (flow) => flow }));
  const whole = newest === undefined ? null : tell(newest);

  it.each(VERSIONS)("$version", ({ lost, ...version }) => {
    expect(dropsOf(linesOf(version)).map(tell)).toEqual([{ ...whole, ...lost }]);
  });

  it.each(VERSIONS)("$version, as bare flows", ({ lost, ...version }) => {
    const bare = linesOf(version).map((line) => JSON.stringify(JSON.parse(line).flow));
    expect(dropsOf(bare).map(tell)).toEqual([{ ...whole, ...lost }]);
  });

  it("is told apart from those of other versions in one file", () => {
    const mixed = VERSIONS.filter(({ only }) => only === undefined);
    const lines = mixed.flatMap((version, at) =>
      linesOf(version).map((line) =>
        line
          .replaceAll("40001", String(41_000 + at))
          .replace(/("uuid":"..)000000/, (_, start: string) => `${start}${100_000 + at}`),
      ),
    );
    const drops = dropsOf(lines);
    expect(drops).toHaveLength(mixed.length);
    expect(drops.map(tell)).toEqual(mixed.map(({ lost }) => ({ ...whole, ...lost })));
  });
});

describe("what a later version may write", () => {
  const [line = ""] = linesOf({ change: (flow) => flow });

  it("a record of a kind that is not known is skipped", () => {
    const decoder = createLineDecoder();
    const text = '{"tomorrow_event":{"a":1},"node_name":"c1/n1"}';
    expect(decoder.events({ line: 1, text })).toEqual([
      { kind: "skipped", what: "not a Hubble record" },
    ]);
  });

  it("a reason that is not known is told by its number, and blames no policy", () => {
    const change = all(without("egress_denied_by", "policy_log"), (flow) => ({
      ...flow,
      drop_reason: 206,
      drop_reason_desc: 206,
      event_type: { type: 1, sub_type: 206 },
    }));
    expect(dropsOf(linesOf({ change, only: "drop" })).map(tell)).toMatchObject([
      { reason: 206, attribution: "other", policies: [] },
    ]);
  });

  it("a verdict that is not known is kept by its name, and is no drop", () => {
    const decoder = createLineDecoder();
    const [event] = decoder.events({ line: 1, text: line.replace('"DROPPED"', '"SHAPED"') });
    expect(event).toMatchObject({ kind: "flow", flow: { verdict: "SHAPED" } });
    expect(dropsOf([line.replace('"DROPPED"', '"SHAPED"')])).toEqual([]);
  });
});
