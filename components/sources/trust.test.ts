import { describe, expect, it } from "vitest";
import { sampleReport } from "@/lib/drops/sample-report";
import { sampleStoreReport } from "@/lib/drops/sample-store-report";
import { checkSum, outcomeLines } from "./outcomes";
import { expiryOf, formatRate, percent, standingOf, stateWords } from "./source-words";
import { trustOf } from "./trust";

const store = sampleStoreReport();
const trust = (...sources: ReturnType<typeof sampleReport>[]) => trustOf({ sources, store });

describe("whether what is shown is whole", () => {
  it("is so only when all three kinds of loss are nil and every node is connected", () => {
    expect(trust(sampleReport()).whole).toBe(true);
    expect(trust(sampleReport({ shed: { "queue-full": 1 }, received: 1 })).whole).toBe(false);
    expect(trust(sampleReport({ rejected: { malformed: 1 }, received: 1 })).whole).toBe(false);
    expect(trust(sampleReport({ lostAtMost: "7" })).whole).toBe(false);
    expect(trust(sampleReport({ nodesUnavailable: 1 })).whole).toBe(false);
    expect(trust(sampleReport({ state: "disconnected" })).whole).toBe(false);
    expect(trust(sampleReport({ state: "silent" })).whole).toBe(false);
    expect(trust(sampleReport({ received: 1 })).whole).toBe(false);
    expect(
      trustOf({ sources: [sampleReport()], store: sampleStoreReport({ state: "full" }) }).whole,
    ).toBe(false);
  });

  it("counts a node that refused the request among those not observed", () => {
    const node = { message: "", flows: 0, lastFlow: null, leastLagMs: null };
    const nodes = [
      { ...node, name: "a", state: "error" as const },
      { ...node, name: "b", state: "connected" as const },
    ];
    expect(trust(sampleReport({ nodes }))).toMatchObject({ nodesMissing: 1, whole: false });
  });

  it("is not so without a source", () => {
    expect(trust().whole).toBe(false);
  });

  it("adds losses of all sources, each kind for itself", () => {
    const a = sampleReport({ shed: { "queue-full": 3 }, rejected: { malformed: 2 }, received: 5 });
    const b = sampleReport({ id: "b", lostAtMost: "18446744073709551615" });
    expect(trust(a, b, b)).toMatchObject({ counted: 5, atMost: 36_893_488_147_419_103_230n });
  });

  it("does not count a gap that was filled in later", () => {
    const gap = { from: "2026-01-15T09:00:00.000Z", to: "2026-01-15T09:02:00.000Z" };
    const filled = sampleReport({ gaps: [{ ...gap, refilled: true }] });
    expect(trust(filled)).toMatchObject({ gaps: 0, gapsMs: 0, whole: true });
    const open = sampleReport({ gaps: [{ ...gap, refilled: false }] });
    expect(trust(open)).toMatchObject({ gaps: 1, gapsMs: 120_000, whole: false });
  });

  it("waits for what a source still hands over of its past", () => {
    const behind = sampleReport({ catchingUp: true });
    expect(trust(behind)).toMatchObject({ behind: ["relay"], whole: false });
    expect(standingOf(behind)).toBe("waiting");
    const reading = sampleReport({ progress: { bytes: 43, total: 100, bytesPerSecond: 1 } });
    expect(trust(reading).whole).toBe(false);
    expect(stateWords(reading)).toBe("reading, 43 %");
  });

  it("takes a file that is read to its end for one that has delivered", () => {
    const ended = sampleReport({
      kind: "file",
      state: "disconnected",
      progress: { bytes: 10, total: 10, bytesPerSecond: 0 },
    });
    expect(trust(ended).down).toEqual([]);
    expect(standingOf(ended)).toBe("fine");
    expect(stateWords(ended)).toBe("read to its end");
  });
});

describe("outcomes", () => {
  it("add up line by line to what was received", () => {
    const source = sampleReport({
      received: 100,
      stored: 40,
      paired: 38,
      duplicate: 9,
      out_of_scope: 5,
      rejected: { malformed: 2, oversize: 0 },
      shed: { "queue-full": 3, "store-down": 1 },
      in_flight: 2,
    });
    expect(checkSum(source)).toEqual({ sum: 100, difference: 0 });
    const losses = outcomeLines(source).filter(({ isLoss }) => isLoss);
    expect(losses.map(({ name }) => name)).toEqual([
      "rejected malformed",
      "shed queue-full",
      "shed store-down",
    ]);
  });

  it("tell by how much they do not", () => {
    expect(checkSum(sampleReport({ received: 10, stored: 7 }))).toEqual({ sum: 7, difference: 3 });
  });

  it("keep a reason that this page has no words for", () => {
    const [line] = outcomeLines(sampleReport({ shed: { "fair-share": 2 } })).filter(
      ({ isLoss }) => isLoss,
    );
    expect(line).toMatchObject({ name: "shed fair-share", says: "fair-share", flows: 2 });
  });
});

describe("words", () => {
  const until = (notAfter: string) => ({
    of: "server" as const,
    subject: "CN=relay",
    issuer: "CN=ca",
    names: [],
    notBefore: "2026-01-01T00:00:00.000Z",
    notAfter,
    file: "",
  });
  const now = Date.parse("2026-03-01T00:00:00.000Z");

  it("warn of a certificate with less than 21 days left, and say when one has expired", () => {
    expect(expiryOf(until("2026-03-23T00:00:00.000Z"), now)).toEqual({
      standing: "fine",
      words: "22 days left",
    });
    expect(expiryOf(until("2026-03-21T23:00:00.000Z"), now)).toEqual({
      standing: "heed",
      words: "20 days left",
    });
    expect(expiryOf(until("2026-02-27T00:00:00.000Z"), now)).toEqual({
      standing: "down",
      words: "expired 2 days ago",
    });
    expect(expiryOf(until("2027-01-01T00:00:00.000Z"), Date.parse("2025-01-01"))).toMatchObject({
      words: "not valid yet",
    });
  });

  it("never round a share up to all, nor down to nothing", () => {
    expect(percent(999_999, 1_000_000)).toBe("> 99.9 %");
    expect(percent(1, 1_000_000)).toBe("< 0.1 %");
    expect(percent(0, 10)).toBe("0 %");
    expect(percent(10, 10)).toBe("100 %");
  });

  it("write rates in as few digits as tell", () => {
    expect([0, 0.02, 0.33, 9.96, 12.4, 4_210.2].map(formatRate)).toEqual([
      "0",
      "< 0.1",
      "0.3",
      "10.0",
      "12",
      "4,210",
    ]);
  });
});
