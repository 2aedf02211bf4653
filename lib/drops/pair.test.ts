import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flow } from "./flow";
import { createPairer, type Pairer } from "./pair";
import { SAMPLE_TIME_MS, sampleFlow, sampleTwin } from "./sample-flow";

type Emitted = [verdict: string | null, drop: string | null];

/** Pushes the flows in order, arriving together, and empties the pairer. */
function pairAll(flows: readonly Flow[], pairer: Pairer = createPairer()): Emitted[] {
  const emitted: Emitted[] = [];
  const emit = (verdict: Flow | null, drop: Flow | null) =>
    emitted.push([verdict?.uuid ?? null, drop?.uuid ?? null]);
  for (const flow of flows) pairer.push(flow, 0, emit);
  pairer.flush(Number.POSITIVE_INFINITY, emit);
  return emitted;
}

function packetAt(offsetMs: number, overrides: Partial<Flow> = {}): [Flow, Flow] {
  const verdict = sampleFlow({ timeMs: SAMPLE_TIME_MS + offsetMs, ...overrides });
  return [verdict, sampleTwin(verdict, { timeNanos: 90_000 })];
}

const names = (pairs: readonly (readonly [Flow, Flow])[]) =>
  pairs.map(([verdict, drop]) => `${verdict.uuid} ${drop.uuid}`).sort();
const joined = (emitted: readonly Emitted[]) => emitted.map((pair) => pair.join(" ")).sort();

describe("createPairer", () => {
  it("joins a verdict with the drop event of its packet", () => {
    const pair = packetAt(0);
    expect(joined(pairAll(pair))).toEqual(names([pair]));
  });

  it("joins them when the drop event comes first", () => {
    const pair = packetAt(0);
    expect(joined(pairAll([pair[1], pair[0]]))).toEqual(names([pair]));
  });

  it("makes three drops of Figure 15: six lines of one 5-tuple, two packets in one millisecond", () => {
    const at = (ms: number, nanos: number) => ({
      timeMs: ms,
      timeNanos: nanos,
      protocol: "UDP",
      sourcePort: 40_789,
      destinationPort: 53,
    });
    const first = Date.UTC(2024, 3, 27, 22, 17, 28, 285);
    const verdicts = [at(first, 0), at(first, 400_000), at(first + 5005, 0)].map(sampleFlow);
    const lines = verdicts.flatMap((verdict) => [verdict, sampleTwin(verdict)]);

    const emitted = pairAll(lines);
    expect(emitted).toHaveLength(3);
    expect(emitted.every(([verdict, drop]) => verdict !== null && drop !== null)).toBe(true);
  });

  it("keeps the retries of a SYN apart, each with its own drop event", () => {
    const pairs = [packetAt(0), packetAt(1000), packetAt(3000), packetAt(7000)];
    expect(joined(pairAll(pairs.flat()))).toEqual(names(pairs));
  });

  it("joins twins of unlike endpoint objects, since identities come from two caches", () => {
    const [verdict, drop] = packetAt(0);
    const other = { ...drop, destination: { ...drop.destination, identity: 16_777_299 } };
    expect(pairAll([verdict, other])).toEqual([[verdict.uuid, other.uuid]]);
  });

  it.each<[string, Partial<Flow>]>([
    ["node", { node: "worker-2" }],
    ["cluster", { cluster: "other" }],
    ["source address", { sourceIp: "10.0.9.9" }],
    ["destination address", { destinationIp: "10.0.9.9" }],
    ["source port", { sourcePort: 1 }],
    ["destination port", { destinationPort: 1 }],
    ["protocol", { protocol: "UDP" }],
    ["drop reason", { dropReason: 181 }],
    ["direction", { direction: "ingress" }],
    ["ICMP type", { icmpType: 3 }],
    ["ICMP code", { icmpCode: 3 }],
  ])("does not join flows that differ in %s", (_name, overrides) => {
    const [verdict, drop] = packetAt(0);
    expect(pairAll([verdict, { ...drop, ...overrides }])).toHaveLength(2);
  });

  it("joins a drop event that does not know its direction", () => {
    const [verdict, drop] = packetAt(0);
    expect(pairAll([verdict, { ...drop, direction: "unknown" }])).toHaveLength(1);
  });

  it("joins twins up to the window apart, and no farther", () => {
    const [verdict, drop] = packetAt(0);
    const late = (ms: number) => ({ ...drop, timeMs: drop.timeMs + ms, timeNanos: 0 });
    expect(pairAll([verdict, late(1000)])).toHaveLength(1);
    expect(pairAll([verdict, late(1001)])).toHaveLength(2);
  });

  it("prefers the nearest in flow time to the first that came", () => {
    const early = sampleFlow({ timeMs: SAMPLE_TIME_MS });
    const near = sampleFlow({ timeMs: SAMPLE_TIME_MS + 600 });
    const drop = sampleTwin(near, { timeMs: SAMPLE_TIME_MS + 650 });
    expect(joined(pairAll([early, drop, near]))).toEqual(
      [`${early.uuid} `, `${near.uuid} ${drop.uuid}`].sort(),
    );
  });

  it.each<[string, Partial<Flow>]>([
    ["an audited packet", { verdict: "AUDIT", dropReason: 0 }],
    ["an L7 denial", { eventType: 129, dropReason: 0 }],
    ["a record whose event type was masked", { eventType: 0 }],
    ["a record without addresses", { sourceIp: "", destinationIp: "" }],
  ])("lets %s through at once", (_name, overrides) => {
    const pairer = createPairer();
    const emitted: Emitted[] = [];
    pairer.push(sampleFlow(overrides), 0, (v, d) =>
      emitted.push([v?.uuid ?? null, d?.uuid ?? null]),
    );
    expect(emitted).toHaveLength(1);
    expect(pairer.pending).toBe(0);
  });

  it("lets a drop of another reason through at once, as a drop event", () => {
    const flow = sampleFlow({ eventType: 1, dropReason: 151 });
    const pairer = createPairer();
    const emitted: Emitted[] = [];
    pairer.push(flow, 0, (v, d) => emitted.push([v?.uuid ?? null, d?.uuid ?? null]));
    expect(emitted).toEqual([[null, flow.uuid]]);
  });

  it("lets a flow go when its node's time has passed the window", () => {
    const pairer = createPairer();
    const emitted: string[] = [];
    const emit = (verdict: Flow | null) => emitted.push(verdict?.uuid ?? "");
    const lonely = sampleFlow();
    pairer.push(lonely, 0, emit);
    pairer.push(sampleFlow({ timeMs: SAMPLE_TIME_MS + 1000, sourcePort: 2 }), 0, emit);
    expect(emitted).toEqual([]);
    pairer.push(sampleFlow({ timeMs: SAMPLE_TIME_MS + 1001, sourcePort: 3 }), 0, emit);
    expect(emitted).toEqual([lonely.uuid]);
  });

  it("is not hurried by the clock of another node", () => {
    const pairer = createPairer();
    const emitted: unknown[] = [];
    pairer.push(sampleFlow(), 0, (v) => emitted.push(v));
    pairer.push(sampleFlow({ node: "worker-2", timeMs: SAMPLE_TIME_MS + 60_000 }), 0, (v) =>
      emitted.push(v),
    );
    expect(emitted).toEqual([]);
  });

  it("on a quiet stream lets go by arrival time", () => {
    const pairer = createPairer();
    const emitted: unknown[] = [];
    pairer.push(sampleFlow(), 5000, (v) => emitted.push(v));
    pairer.flush(4999, (v) => emitted.push(v));
    expect(emitted).toHaveLength(0);
    pairer.flush(5000, (v) => emitted.push(v));
    expect(emitted).toHaveLength(1);
  });

  it("joins twins of a ring that is read again after newer flows of the node", () => {
    const a = packetAt(-60_000);
    const b = packetAt(-59_990, { sourcePort: 2 });
    expect(pairAll([...packetAt(0), a[0], b[0], a[1], b[1]])).toHaveLength(3);
  });

  it("joins twins after flows from the far future", () => {
    const future = packetAt(Date.UTC(2099, 0, 1) - SAMPLE_TIME_MS, { sourcePort: 3 });
    const a = packetAt(0);
    const b = packetAt(10, { sourcePort: 2 });
    expect(pairAll([...future, a[0], b[0], a[1], b[1]])).toHaveLength(3);
  });

  it.each([
    [-3, 3],
    [-3, 3, 4],
    [-4, -3, 3],
  ])("of two that are equally near takes the earlier: drop events at %j ms", (...offsets) => {
    const verdict = sampleFlow();
    const drops = offsets.map((ms) => sampleTwin(verdict, { timeMs: SAMPLE_TIME_MS + ms }));
    const earlier = drops[offsets.indexOf(-3)];
    expect(pairAll([...drops, verdict])).toContainEqual([verdict.uuid, earlier?.uuid]);
  });

  it("joins a flood about one packet key in order, also when one stream lags or loses half", () => {
    const packets = Array.from({ length: 5000 }, (_, i) => packetAt(i));
    const flood = packets.map(([verdict, drop], i): [Flow, Flow] => {
      const timeMs = SAMPLE_TIME_MS + Math.floor(i / 10);
      const timeNanos = (i % 10) * 90_000;
      return [
        { ...verdict, timeMs, timeNanos },
        { ...drop, timeMs, timeNanos: timeNanos + 100 },
      ];
    });
    const lagging = [...flood.map(([verdict]) => verdict), ...flood.map(([, drop]) => drop)];
    expect(joined(pairAll(lagging))).toEqual(names(flood));

    const lossy = flood.flatMap(([verdict, drop], i) =>
      i % 2 === 0 ? [verdict, drop] : [verdict],
    );
    expect(pairAll(lossy)).toHaveLength(5000);
  });

  it("lets the oldest go alone when too many wait", () => {
    const pairer = createPairer({ maxWaiting: 2 });
    const flows = [1, 2, 3].map((sourcePort) => sampleFlow({ sourcePort }));
    const emitted: unknown[] = [];
    for (const flow of flows) pairer.push(flow, 0, (verdict) => emitted.push(verdict));
    expect(emitted).toEqual([flows[0]]);
    expect(pairer.pending).toBe(2);
  });

  it("finds the same drops in any order of arrival within the window", () => {
    // Packets of three connections, some halves missing; same-connection packets 20 ms or more apart.
    const packets = fc.array(
      fc.record({
        gapMs: fc.integer({ min: 20, max: 80 }),
        port: fc.integer({ min: 1, max: 3 }),
        halves: fc.constantFrom("both", "both", "verdict", "drop"),
        order: fc.integer(),
        twinOrder: fc.integer(),
      }),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(packets, (list) => {
        let offset = 0;
        // A missing half must not find a stranger's: those connections get a port of their own.
        const lines = list.flatMap(({ gapMs, port, halves, order, twinOrder }, index) => {
          offset += gapMs;
          const sourcePort = halves === "both" ? port : 100 + index;
          const [verdict, drop] = packetAt(offset, { sourcePort });
          if (halves === "verdict") return [{ flow: verdict, order }];
          if (halves === "drop") return [{ flow: drop, order }];
          return [
            { flow: verdict, order },
            { flow: drop, order: twinOrder },
          ];
        });
        const inTime = joined(pairAll(lines.map(({ flow }) => flow)));
        const shuffled = lines.toSorted((a, b) => a.order - b.order).map(({ flow }) => flow);
        expect(joined(pairAll(shuffled))).toEqual(inTime);
      }),
    );
  });

  it("loses nothing and invents nothing: flows in are flows out and flows waiting", () => {
    const pushes = fc.array(
      fc.record({
        offset: fc.integer({ min: -3000, max: 3000 }),
        isVerdict: fc.boolean(),
        sourcePort: fc.integer({ min: 1, max: 2 }),
        dropReason: fc.constantFrom(133, 181, 151),
        direction: fc.constantFrom("egress" as const, "ingress" as const, "unknown" as const),
        flush: fc.boolean(),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(pushes, fc.integer({ min: 1, max: 20 }), (list, maxWaiting) => {
        const pairer = createPairer({ maxWaiting });
        const out: string[] = [];
        const emit = (verdict: Flow | null, drop: Flow | null) => {
          for (const flow of [verdict, drop]) if (flow !== null) out.push(flow.uuid);
        };
        const pushed = list.map(({ offset, isVerdict, flush, ...rest }, arrivalMs) => {
          const flow = sampleFlow({
            ...rest,
            timeMs: SAMPLE_TIME_MS + offset,
            eventType: isVerdict ? 5 : 1,
          });
          pairer.push(flow, arrivalMs, emit);
          if (flush) pairer.flush(arrivalMs - 5, emit);
          expect(out.length + pairer.pending).toBe(arrivalMs + 1);
          expect(pairer.pending).toBeLessThanOrEqual(maxWaiting);
          return flow.uuid;
        });
        pairer.flush(Number.POSITIVE_INFINITY, emit);
        expect(out.toSorted()).toEqual(pushed.toSorted());
        expect(pairer.pending).toBe(0);
      }),
    );
  });
});
