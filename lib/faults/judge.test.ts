/** The judge itself: that it finds what it is for, and is content with what is right. */
import { describe, expect, it } from "vitest";
import { emptyOutcomes, type Outcomes } from "@/lib/drops/accounting";
import { Flow } from "@/lib/hubble/generated/flow/flow";
import { messageFromJson } from "@/lib/hubble/read-json";
import { messageToJson } from "@/lib/hubble/write-json";
import { freshFlow } from "./fresh";
import { type Case, judgeCase } from "./judge";
import { createLedger } from "./ledger";

const TIME_MS = Date.parse("2026-03-01T12:00:00Z");

function sent(...uuids: string[]) {
  const ledger = createLedger();
  for (const uuid of uuids) {
    const flow = messageFromJson("flow.Flow", freshFlow({ uuid }));
    ledger.seen(uuid, "drop", TIME_MS, Buffer.from(Flow.encode(flow).finish()));
    ledger.handOver(uuid);
  }
  return ledger;
}

function storedAs(ledger: ReturnType<typeof createLedger>, ...uuids: string[]) {
  return new Map(
    uuids.map((uuid) => {
      const bytes = ledger.entries.get(uuid)?.versions[0] ?? Buffer.alloc(0);
      return [uuid, [messageToJson("flow.Flow", Flow.decode(bytes))]];
    }),
  );
}

function caseOf(change: Partial<Case> & { outcomes?: Partial<Outcomes> } = {}): Case {
  const ledger = sent("a", "b");
  const outcomes = { ...emptyOutcomes(), received: 2, stored: 2, ...change.outcomes };
  return {
    ledgers: [ledger],
    epochs: [{ outcomes }],
    drops: 2,
    stored: storedAs(ledger, "a", "b"),
    gaps: [],
    ...change,
  };
}

const complaints = (change: Parameters<typeof caseOf>[0]) =>
  judgeCase(caseOf(change)).complaints.join("; ");

describe("the judge", () => {
  it("is content when every flow sent is stored once, as it was sent", () => {
    expect(judgeCase(caseOf())).toEqual({
      complaints: [],
      tally: expect.objectContaining({ sent: 2, stored: 2, unaccounted: 0, altered: 0 }),
    });
  });

  it("finds a flow that is nowhere", () => {
    const ledger = sent("a", "b");
    const lost = { ledgers: [ledger], stored: storedAs(ledger, "a"), drops: 1 };
    const outcomes = { received: 1, stored: 1 };
    expect(complaints({ ...lost, outcomes })).toContain("neither stored nor in a gap");
  });

  it("is content with a missing flow that is counted as shed, or lies in a gap", () => {
    const ledger = sent("a", "b");
    const lost = { ledgers: [ledger], stored: storedAs(ledger, "a"), drops: 1 };
    const shed = { ...emptyOutcomes().shed, "queue-full": 1 };
    expect(complaints({ ...lost, outcomes: { stored: 1, shed } })).toBe("");
    const outcomes = { received: 1, stored: 1 };
    const gap = { fromMs: TIME_MS - 1, toMs: TIME_MS + 1, refilled: false };
    expect(complaints({ ...lost, outcomes, gaps: [gap] })).toBe("");
    expect(complaints({ ...lost, outcomes, gaps: [{ ...gap, refilled: true }] })).not.toBe("");
  });

  it("finds what is stored twice, what was never sent, and what is not as it was sent", () => {
    const ledger = sent("a", "b");
    const flows = storedAs(ledger, "a", "b");
    const twice = new Map(flows).set("a", [...(flows.get("a") ?? []), {}]);
    expect(complaints({ stored: twice })).toContain("stored more than once: a");
    expect(complaints({ stored: new Map(flows).set("x", [{}]) })).toContain(
      "never sent as drops: x",
    );
    const changed = new Map(flows).set("b", [{ ...flows.get("b")?.[0], node_name: "other" }]);
    expect(complaints({ ledgers: [ledger], stored: changed })).toContain("not stored as sent: b");
  });

  it("finds accounts that do not add up, or not with the store", () => {
    expect(complaints({ outcomes: { received: 3 } })).toContain("differs from its outcomes by 1");
    expect(complaints({ outcomes: { received: 3, stored: 3 } })).toContain(
      "3 drops counted, 2 in the store",
    );
    expect(complaints({ outcomes: { received: 5, duplicate: 3 } })).toContain(
      "5 flows received of 2 handed out",
    );
  });
});
