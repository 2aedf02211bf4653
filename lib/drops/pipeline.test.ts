import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balance, judge } from "./accounting";
import type { Drop } from "./drop";
import type { Flow } from "./flow";
import { createMeeting, createPipeline } from "./pipeline";
import { SAMPLE_TIME_MS, sampleEndpoint, sampleFlow, sampleTwin, sampleWorld } from "./sample-flow";

function run(flows: readonly Flow[]) {
  const drops: Drop[] = [];
  const pipeline = createPipeline({ origin: "test", onDrop: (drop) => drops.push(drop) });
  for (const flow of flows) pipeline.push(flow, 0);
  pipeline.end();
  pipeline.account.store(drops.length);
  return { drops, outcomes: pipeline.account.outcomes, joins: pipeline.joins };
}

describe("createPipeline", () => {
  it("makes one drop of a verdict and its drop event", () => {
    const verdict = sampleFlow({ timeNanos: 500 });
    const twin = sampleTwin(verdict, { timeNanos: 100 });
    const { drops, outcomes } = run([verdict, twin]);

    expect(drops).toEqual([
      expect.objectContaining({
        uuid: verdict.uuid,
        timeMs: SAMPLE_TIME_MS,
        timeNanos: 100,
        origin: "test",
        node: "worker-1",
        attempt: 1,
        count: 1,
        sourcePod: "web-675fc69cf-8zzxh",
        verdictFlow: verdict,
        dropFlow: twin,
      }),
    ]);
    expect(judge(outcomes, { received: 2, stored: 1, paired: 1 })).toEqual([]);
  });

  it("counts a flow that comes twice as a duplicate, also after it was joined", () => {
    const verdict = sampleFlow();
    const twin = sampleTwin(verdict);
    const { drops, outcomes } = run([verdict, twin, verdict, twin]);
    expect(drops).toHaveLength(1);
    expect(outcomes).toMatchObject({ stored: 1, paired: 1, duplicate: 2 });
  });

  it.each(["FORWARDED", "REDIRECTED", "ERROR", "TRACED", "", "99"])(
    "leaves out verdict %j, counted",
    (verdict) => {
      const { drops, outcomes } = run([sampleFlow({ verdict })]);
      expect(drops).toEqual([]);
      expect(outcomes).toMatchObject({ received: 1, outOfScope: 1 });
    },
  );

  it("shows Figure 15 as three drops of one group: default deny of productpage, egress, to coredns", () => {
    const source = sampleEndpoint({
      id: 1,
      identity: 9889,
      namespace: "default",
      pod: "productpage-v1-675fc69cf-8zzxh",
      workloads: [{ name: "productpage-v1", kind: "Deployment" }],
      labels: ["k8s:app=productpage"],
    });
    const destination = sampleEndpoint({
      id: 0,
      identity: 17_513,
      namespace: "kube-system",
      pod: "coredns-76f75df574-rw29s",
      workloads: [],
      labels: ["k8s:k8s-app=kube-dns"],
    });
    const udp = {
      source,
      destination,
      protocol: "UDP",
      sourcePort: 40_789,
      destinationPort: 53,
      tcpFlags: 0,
    };
    const first = Date.UTC(2024, 3, 27, 22, 17, 28, 285);
    const lines = [first, first, first + 5005].flatMap((timeMs) => {
      const verdict = sampleFlow({ ...udp, timeMs });
      return [verdict, sampleTwin(verdict)];
    });
    const { drops } = run(lines);

    expect(drops).toHaveLength(3);
    expect(new Set(drops.map(({ series }) => series)).size).toBe(1);
    expect(drops[0]?.series).toMatchObject({
      direction: "egress",
      attribution: {
        kind: "default-deny",
        certainty: "paired",
        endpoint: { name: "productpage-v1" },
      },
      source: { name: "productpage-v1" },
      destination: { name: "coredns" },
      port: 53,
    });
  });

  it("shows a tagged deny rule under its policy with its tag, and its drop event as no second drop", () => {
    const policy = {
      kind: "CiliumClusterwideNetworkPolicy",
      namespace: "",
      name: "azure-imds-deny",
    };
    const verdict = sampleFlow({
      dropReason: 181,
      matchType: 1,
      destination: sampleWorld(),
      destinationIp: "169.254.169.254",
      destinationPort: 80,
      deniedBy: [policy],
      policyLog: ["ccnp_egress_denied_azure_imds"],
    });
    const { drops } = run([sampleTwin(verdict), verdict]);
    expect(drops.map(({ series }) => series)).toMatchObject([
      {
        attribution: { kind: "policy", certainty: "paired", policies: [policy] },
        tags: ["ccnp_egress_denied_azure_imds"],
        tagState: "tagged",
        destination: { kind: "address", name: "169.254.169.254" },
      },
    ]);
  });

  it("counts a SYN's retries as one attempt of several drops", () => {
    const { drops } = run([0, 1000, 3000].map((ms) => sampleFlow({ timeMs: SAMPLE_TIME_MS + ms })));
    expect(drops.map(({ attempt }) => attempt)).toEqual([1, 0, 0]);
  });

  it("counts an aggregated record as the packets it stands for, once for both flows", () => {
    const verdict = sampleFlow({ count: 7 });
    expect(run([verdict, sampleTwin(verdict)]).drops[0]?.count).toBe(7);
  });

  it("tells how many drops with a policy reason stayed alone", () => {
    const pair = sampleFlow();
    const other = sampleFlow({ eventType: 1, dropReason: 151 });
    const audit = sampleFlow({ verdict: "AUDIT", dropReason: 0 });
    const alone = sampleFlow({ sourcePort: 9 });
    const { joins } = run([pair, sampleTwin(pair), other, audit, alone]);
    expect(joins).toEqual({ joined: 1, alone: 1 });
  });

  it("lets a waiting flow go after the window of real time", () => {
    const drops: Drop[] = [];
    const pipeline = createPipeline({
      origin: "test",
      windowMs: 500,
      onDrop: (drop) => drops.push(drop),
    });
    pipeline.push(sampleFlow(), 1000);
    pipeline.flush(1499);
    expect(drops).toHaveLength(0);
    pipeline.flush(1500);
    expect(drops).toHaveLength(1);
  });

  it("gives a drop to the source that brought it, whichever of those that meet lets it go", () => {
    const meeting = createMeeting(500);
    const sourceOf = (origin: string) => {
      const drops: Drop[] = [];
      const onDrop = (drop: Drop) => drops.push(drop);
      return { drops, pipeline: createPipeline({ origin, meeting, windowMs: 500, onDrop }) };
    };
    const [a, b] = [sourceOf("a"), sourceOf("b")];
    const verdict = sampleFlow();
    a.pipeline.push(verdict, 1000);
    a.pipeline.push(sampleFlow({ sourcePort: 9 }), 1000);
    b.pipeline.push(sampleTwin(verdict), 1000);
    b.pipeline.flush(2000);
    expect(a.drops.map(({ origin }) => origin)).toEqual(["a", "a"]);
    expect(b.drops).toEqual([]);
    expect(a.pipeline.joins).toEqual({ joined: 1, alone: 1 });
    expect(b.pipeline.joins).toEqual({ joined: 0, alone: 0 });
    expect(b.pipeline.account.outcomes).toMatchObject({ paired: 1, inFlight: 0 });
  });

  it("never leaves out a flow that was dropped or audited, whatever it lacks", () => {
    const flows = fc.array(
      fc.record({
        verdict: fc.constantFrom("DROPPED", "AUDIT"),
        dropReason: fc.constantFrom(0, 133, 181, 189, 151, 999),
        eventType: fc.constantFrom(0, 1, 5, 129),
        direction: fc.constantFrom("egress" as const, "ingress" as const, "unknown" as const),
        matchType: fc.constantFrom(0, 1),
        sourceIp: fc.constantFrom("", "10.0.0.1"),
        sourcePort: fc.constantFrom(0, 1),
        timeMs: fc.integer({ min: 0, max: 5000 }),
        node: fc.constantFrom("a", "b"),
        policyLog: fc.constantFrom(null, [], ["t"]),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(flows, (list) => {
        const { drops, outcomes } = run(list.map((overrides) => sampleFlow(overrides)));
        expect(balance(outcomes)).toBe(0);
        expect(outcomes.inFlight).toBe(0);
        expect(drops.length + outcomes.paired).toBe(list.length);
      }),
    );
  });
});
