import { describe, expect, it } from "vitest";
import { DropReason, type Flow, TrafficDirection, Verdict } from "@/lib/hubble/generated/flow/flow";
import { CILIUM_VERSIONS, type CiliumVersion } from "./cilium-version";
import { type ClusterOptions, createCluster, shareKept } from "./cluster";

const HOUR = 3_600_000;
const SPAN = HOUR / 2;
const NOON = Date.UTC(2026, 10, 21, 12);
const OPTIONS: ClusterOptions = {
  seed: 7,
  version: "1.19",
  deployedMs: NOON - HOUR / 2,
  rate: 1,
  zoneMs: 0,
};

/** Half an hour of flows of each version: the sample most rules below are checked on. */
const FLOWS_OF: Readonly<Record<CiliumVersion, readonly Flow[]>> = {
  "1.18": flowsOf("1.18"),
  "1.19": flowsOf("1.19"),
  "1.20": flowsOf("1.20"),
};
const FLOWS = FLOWS_OF["1.19"];

function flowsOf(version: CiliumVersion): Flow[] {
  return createCluster({ ...OPTIONS, version }).tick(NOON, NOON + SPAN);
}

describe("the demo cluster", () => {
  it("gives the same flows for the same seed and span, and others for another seed", () => {
    const again = createCluster(OPTIONS).tick(NOON, NOON + SPAN);
    const other = createCluster({ ...OPTIONS, seed: 8 }).tick(NOON, NOON + SPAN);

    expect(again.map(({ uuid }) => uuid)).toEqual(FLOWS.map(({ uuid }) => uuid));
    expect(again.slice(0, 200)).toEqual(FLOWS.slice(0, 200));
    expect(other.map(({ uuid }) => uuid)).not.toEqual(FLOWS.map(({ uuid }) => uuid));
  });

  it("gives the same flows however the span is cut", () => {
    const cluster = createCluster(OPTIONS);
    const cuts = [0, 250, 1_001, 9_999, 10_000, 33_333, 120_000];
    const parts = cuts
      .slice(1)
      .flatMap((cut, i) => cluster.tick(NOON + (cuts[i] ?? 0), NOON + cut));

    expect(parts.length).toBeGreaterThan(100);
    expect(parts).toEqual(cluster.tick(NOON, NOON + 120_000));
  });

  it("puts its flows in the order of time, each with a uuid of its own", () => {
    const times = FLOWS.map(timeMs);

    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(FLOWS.map(({ uuid }) => uuid)).size).toBe(FLOWS.length);
    expect(FLOWS[0]?.uuid).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it("is busier by day than by night", () => {
    const cluster = createCluster(OPTIONS);
    const night = cluster.tick(NOON - 10 * HOUR, NOON - 10 * HOUR + SPAN).length;

    expect(FLOWS.length).toBeGreaterThan(2 * night);
  });

  it("lives by the clock of its zone", () => {
    const elsewhere = createCluster({ ...OPTIONS, zoneMs: 12 * HOUR });

    expect(elsewhere.tick(NOON, NOON + SPAN).length).toBeLessThan(FLOWS.length);
  });

  it("keeps all of the last hour and ever less before it", () => {
    const cluster = createCluster(OPTIONS);
    const day = cluster.history(NOON + SPAN - 24 * HOUR, NOON + SPAN);
    const lastHour = day.filter((flow) => timeMs(flow) >= NOON);

    expect(lastHour.map(({ uuid }) => uuid)).toEqual(FLOWS.map(({ uuid }) => uuid));
    expect(shareKept(2 * HOUR)).toBeLessThan(0.2);
    expect(day.length).toBeLessThan(8 * FLOWS.length);
    expect(day.some((flow) => timeMs(flow) < NOON - 20 * HOUR)).toBe(true);
  });

  it("has a release that breaks at its moment and then fails more and more", () => {
    const broken = FLOWS.filter(({ l4 }) => l4?.TCP?.destination_port === 6432);
    const before = createCluster(OPTIONS).tick(NOON - HOUR, NOON - HOUR / 2 - 1);
    const early = createCluster(OPTIONS)
      .tick(NOON - HOUR / 2, NOON - HOUR / 2 + 600_000)
      .filter(({ l4 }) => l4?.TCP?.destination_port === 6432);

    expect(before.some(({ l4 }) => l4?.TCP?.destination_port === 6432)).toBe(false);
    expect(broken.length / 6).toBeGreaterThan(2 * early.length);
  });
});

describe("a refused packet", () => {
  it("is a verdict and then, within half a millisecond, a drop with the same addresses", () => {
    const refused = FLOWS.filter(({ verdict }) => verdict === Verdict.DROPPED);
    const verdicts = timesByKey(refused.filter((flow) => typeOf(flow) === 5));
    const drops = timesByKey(refused.filter((flow) => typeOf(flow) === 1));
    const gaps = [...verdicts].flatMap(([key, times]) =>
      times.map((time, i) => (drops.get(key)?.[i] ?? Number.NaN) - time),
    );

    expect(gaps.length).toBeGreaterThan(1000);
    // Two queries of one socket may be closer than their twins, which are then taken in turn.
    expect(gaps.filter((gap) => !(gap > 0 && gap < 0.6))).toEqual([]);
  });

  it("is sent again 1, 2 and 4 s later with the same ports", () => {
    const times = timesByKey(
      FLOWS.filter((one) => one.l4?.TCP?.destination_port === 443 && typeOf(one) === 5),
    );
    const full = [...times.values()].filter((list) => list.length === 4);

    expect(full.length).toBeGreaterThan(10);
    for (const [first = 0, ...rest] of full) {
      expect(rest.map((at) => Math.floor((at - first) / 1000))).toEqual([1, 3, 7]);
    }
  });

  it("says what a verdict says and what a drop says, and nothing else", () => {
    const refused = FLOWS.filter(({ verdict }) => verdict === Verdict.DROPPED);
    const verdicts = refused.filter((flow) => typeOf(flow) === 5);
    const drops = refused.filter((flow) => typeOf(flow) === 1);

    expect(verdicts.every((flow) => flow.is_reply === undefined && flow.file === undefined)).toBe(
      true,
    );
    expect(drops.every((flow) => flow.is_reply === undefined && flow.file !== undefined)).toBe(
      true,
    );
    expect(drops.every((flow) => flow.event_type?.sub_type === flow.drop_reason_desc)).toBe(true);
    expect(drops.every((flow) => flow.policy_match_type === 0 && policies(flow).length === 0)).toBe(
      true,
    );
  });
});

describe("policy names and log values on flows", () => {
  it.each(CILIUM_VERSIONS)("%s: an explicit deny has both, on the verdict alone", (version) => {
    const denied = FLOWS_OF[version].filter(
      (flow) => flow.drop_reason_desc === DropReason.POLICY_DENY,
    );
    const imds = denied.filter(
      (flow) => flow.IP?.destination === "169.254.169.254" && typeOf(flow) === 5,
    );

    expect(
      denied.filter((flow) => typeOf(flow) === 5).every((flow) => policies(flow).length > 0),
    ).toBe(true);
    expect(
      denied.filter((flow) => typeOf(flow) === 1).every((flow) => flow.policy_log.length === 0),
    ).toBe(true);
    expect(imds.some(({ policy_log }) => policy_log[0] === "ccnp_egress_denied_azure_imds")).toBe(
      true,
    );
  });

  it.each(CILIUM_VERSIONS)("%s: a default deny has neither", (version) => {
    const denied = FLOWS_OF[version].filter(
      (flow) => flow.drop_reason_desc === DropReason.POLICY_DENIED && typeOf(flow) === 5,
    );

    expect(denied.length).toBeGreaterThan(100);
    expect(
      denied.every((flow) => policies(flow).length === 0 && flow.policy_log.length === 0),
    ).toBe(true);
  });

  it.each([
    ["1.18", 0],
    ["1.19", 0],
    ["1.20", 1],
  ] as const)("%s: an audited explicit deny names %i policies", (version, named) => {
    const audited = FLOWS_OF[version].filter(
      (flow) => flow.verdict === Verdict.AUDIT && flow.l4?.TCP?.destination_port === 5432,
    );

    expect(audited.length).toBeGreaterThan(10);
    expect(audited.every((flow) => policies(flow).length === named)).toBe(true);
    expect(audited.every((flow) => flow.policy_log.length === named)).toBe(true);
  });

  it.each([
    ["1.18", [""]],
    ["1.19", [""]],
    ["1.20", []],
  ] as const)("%s: a policy without a log value gives %j", (version, expected) => {
    const untagged = FLOWS_OF[version].find((flow) =>
      policies(flow).some(({ name }) => name === "runner-no-cloud-metadata"),
    );

    expect(untagged?.policy_log).toEqual(expected);
  });

  it.each([
    ["1.18", undefined],
    ["1.19", "1.19.4+gd0d0c879"],
    ["1.20", "1.20.1+g7d68cfb3"],
  ] as const)("%s: the emitter is %s", (version, expected) => {
    expect(FLOWS_OF[version].every(({ emitter }) => emitter?.version === expected)).toBe(true);
  });

  it("fill only the lists of the flow's own direction", () => {
    for (const flow of FLOWS) {
      const isEgress = flow.traffic_direction === TrafficDirection.EGRESS;
      const others = isEgress
        ? [...flow.ingress_allowed_by, ...flow.ingress_denied_by]
        : [...flow.egress_allowed_by, ...flow.egress_denied_by];
      if (others.length > 0) expect.fail(`${flow.uuid} names policies of the other direction`);
    }
  });

  it("can name two policies for one flow", () => {
    const two = FLOWS.find((flow) => flow.egress_denied_by.length === 2);

    expect(two?.policy_log).toHaveLength(2);
  });

  it("are never on host-firewall verdicts nor on L7 denials", () => {
    const host = FLOWS.filter(({ destination }) => destination?.identity === 1);
    const http = FLOWS.filter((flow) => flow.l7?.http !== undefined);

    expect(host.length).toBeGreaterThan(10);
    expect(http.length).toBeGreaterThan(10);
    expect([...host, ...http].every((flow) => policies(flow).length === 0)).toBe(true);
    expect(http.every((flow) => flow.verdict === Verdict.DROPPED && flow.drop_reason === 0)).toBe(
      true,
    );
  });
});

describe("ends", () => {
  it("have an endpoint id and workloads only where they live", () => {
    for (const flow of FLOWS) {
      for (const end of [flow.source, flow.destination]) {
        const isLocal = end !== undefined && end.ID !== 0;
        if ((end?.workloads.length ?? 0) > 0 !== isLocal) expect.fail(`${flow.uuid} mixes ends up`);
      }
    }
    expect(FLOWS.some((flow) => flow.source?.ID !== 0)).toBe(true);
  });

  it("outside have identities that mean other things on other nodes", () => {
    const seen = new Map<string, Set<number>>();
    const labelsOf = new Map<number, Set<string>>();
    for (const { source, destination, node_name } of FLOWS) {
      for (const end of [source, destination]) {
        if (!end || end.identity < 0x01000000) continue;
        const labels = end.labels.join(",");
        seen.set(labels, (seen.get(labels) ?? new Set()).add(end.identity));
        labelsOf.set(end.identity, (labelsOf.get(end.identity) ?? new Set()).add(`${labels}`));
        expect(node_name).toMatch(/^demo-eu1\//);
      }
    }

    expect([...seen.values()].some((identities) => identities.size === 3)).toBe(true);
    expect([...labelsOf.values()].some((labels) => labels.size > 1)).toBe(true);
  });

  it("may be a prefix to the drop and only world to its verdict", () => {
    const identities = new Map<string, Set<number>>();
    for (const flow of FLOWS.filter(({ IP }) => IP?.source === "198.51.100.77")) {
      const seen = identities.get(keyOf(flow)) ?? new Set();
      identities.set(keyOf(flow), seen.add(flow.source?.identity ?? 0));
    }

    expect([...identities.values()].some((seen) => seen.size === 2 && seen.has(9))).toBe(true);
  });

  it("of the telemetry domain rotate, and sometimes lack a name", () => {
    const calls = FLOWS.filter(
      ({ source }) => source?.pod_name.startsWith("crm-suite") && source.namespace === "crm",
    ).filter(({ IP }) => IP?.destination.startsWith("203.0.113."));
    const named = calls.filter(({ destination_names: [name] }) =>
      name?.endsWith(".telemetry.example.com"),
    );

    expect(new Set(calls.map(({ IP }) => IP?.destination)).size).toBeGreaterThan(20);
    expect(named.length / calls.length).toBeGreaterThan(0.6);
    expect(named.length).toBeLessThan(calls.length);
  });
});

describe("an address of many names", () => {
  const calls = FLOWS.filter(({ IP }) => IP?.destination === "192.0.2.203");
  const answers = FLOWS.filter(({ l7 }) => l7?.dns !== undefined);

  it("is named at first and bare a minute later", () => {
    const names = new Set(calls.map(({ destination_names: [name = ""] }) => name));

    expect(names).toEqual(new Set(["fonts.cdn.example.net", "beacon.ads.example.org", ""]));
  });

  it("is told by answers of the DNS proxy, which pass and turn the ends round", () => {
    expect(answers.length).toBeGreaterThan(5);
    for (const flow of answers) {
      expect(flow).toMatchObject({ verdict: Verdict.FORWARDED, is_reply: true });
      expect(flow.l4?.UDP?.source_port).toBe(53);
      expect(flow.l7?.dns?.ips).toContain("192.0.2.203");
    }
  });
});

describe("audited namespaces", () => {
  it("report AUDIT and let the packet pass: a trace follows, never a drop", () => {
    const audited = FLOWS.filter(({ verdict }) => verdict === Verdict.AUDIT);
    const keys = new Set(audited.map(keyOf));
    const others = FLOWS.filter((flow) => flow.verdict !== Verdict.AUDIT && keys.has(keyOf(flow)));

    expect(audited.length).toBeGreaterThan(100);
    expect(audited.every((flow) => flow.is_reply === false && flow.drop_reason === 0)).toBe(true);
    expect(others.every((flow) => typeOf(flow) === 4)).toBe(true);
    expect(others.length).toBeGreaterThan(0);
  });
});

describe("the variety", () => {
  it.each([
    "STALE_OR_UNROUTABLE_IP",
    "INVALID_SOURCE_IP",
    "CT_TRUNCATED_OR_INVALID_HEADER",
    "DROP_HOST_NOT_READY",
  ] as const)("has drops for %s, without a verdict", (reason) => {
    const flows = FLOWS.filter((flow) => flow.drop_reason_desc === DropReason[reason]);

    expect(flows.length).toBeGreaterThan(0);
    expect(flows.every((flow) => typeOf(flow) === 1)).toBe(true);
  });

  it("has missing authentication, IPv6, SCTP, ICMP and traffic that passes", () => {
    expect(FLOWS.some((flow) => flow.drop_reason_desc === DropReason.AUTH_REQUIRED)).toBe(true);
    expect(FLOWS.some(({ IP }) => IP?.source.startsWith("fd00:"))).toBe(true);
    expect(FLOWS.some(({ l4 }) => l4?.SCTP !== undefined)).toBe(true);
    expect(FLOWS.some(({ l4 }) => l4?.ICMPv4 !== undefined)).toBe(true);
    expect(FLOWS.some(({ verdict }) => verdict === Verdict.FORWARDED)).toBe(true);
    expect(FLOWS.some(({ verdict }) => verdict === Verdict.REDIRECTED)).toBe(true);
  });
});

function typeOf(flow: Flow): number {
  return flow.event_type?.type ?? 0;
}

function timeMs({ time }: Flow): number {
  return time ? Number(time.seconds) * 1000 + time.nanos / 1e6 : 0;
}

/** Node, addresses, ports and reason: what a verdict shares with its drop. */
function keyOf({ node_name, IP, l4, drop_reason_desc }: Flow): string {
  return JSON.stringify([node_name, IP?.source, IP?.destination, l4, drop_reason_desc]);
}

function timesByKey(flows: readonly Flow[]): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const flow of flows)
    times.set(keyOf(flow), [...(times.get(keyOf(flow)) ?? []), timeMs(flow)]);
  return times;
}

function policies(flow: Flow) {
  return flow.traffic_direction === TrafficDirection.EGRESS
    ? flow.egress_denied_by
    : flow.ingress_denied_by;
}
