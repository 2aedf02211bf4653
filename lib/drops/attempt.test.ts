import { describe, expect, it } from "vitest";
import { createAttempts } from "./attempt";
import type { Flow } from "./flow";
import { SAMPLE_TIME_MS, sampleFlow } from "./sample-flow";

const at = (seconds: number, overrides: Partial<Flow> = {}) =>
  sampleFlow({ timeMs: SAMPLE_TIME_MS + seconds * 1000, ...overrides });

function countAll(flows: readonly Flow[]): number[] {
  const attempts = createAttempts();
  return flows.map((flow) => attempts.count(flow));
}

describe("createAttempts", () => {
  it("counts a SYN and its retries as one attempt", () => {
    expect(countAll([0, 1, 3, 7, 15, 31, 63, 127].map((s) => at(s)))).toEqual([
      1, 0, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it("counts the same ports again after more than 70 s as a new attempt", () => {
    expect(countAll([at(0), at(70), at(140.001)])).toEqual([1, 0, 1]);
  });

  it("counts each client port as an attempt", () => {
    expect(countAll([at(0), at(0, { sourcePort: 2 })])).toEqual([1, 1]);
  });

  it("tells the two ends apart", () => {
    const back = { sourceIp: "10.0.2.7", destinationIp: "10.0.1.5" };
    expect(countAll([at(0), at(0, back)])).toEqual([1, 1]);
  });

  it("knows a retry that another node reports", () => {
    expect(countAll([at(0), at(1, { node: "worker-2" })])).toEqual([1, 0]);
  });

  it("knows a retry that arrives before the first try", () => {
    expect(countAll([at(1), at(0)])).toEqual([1, 0]);
  });

  it.each<[string, Partial<Flow>]>([
    ["UDP", { protocol: "UDP" }],
    ["ICMP", { protocol: "ICMPv4", icmpType: 8, sourcePort: 0, destinationPort: 0 }],
    ["L7", { l7: { kind: "http", type: "REQUEST", method: "GET", target: "/", code: 0 } }],
    ["TCP without ports", { sourcePort: 0 }],
  ])("counts every drop of %s", (_name, overrides) => {
    expect(countAll([at(0, overrides), at(1, overrides)])).toEqual([1, 1]);
  });

  it("keeps the latest connections when there are more than it can hold", () => {
    const attempts = createAttempts(1000);
    for (let i = 0; i < 10_000; i++) attempts.count(at(0, { sourcePort: 1 + i }));
    expect(attempts.count(at(1, { sourcePort: 10_000 }))).toBe(0);
    expect(attempts.count(at(1, { sourcePort: 1 }))).toBe(1);
  });
});
