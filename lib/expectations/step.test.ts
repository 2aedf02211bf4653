import { describe, expect, it } from "vitest";
import { NOTHING_KNOWN } from "./expectation";
import { sampleExpectation } from "./sample-expectation";
import { actionOf, asksForOther, changeTo, creation, isBack, redrafted } from "./step";
import type { ExpectationChange } from "./view";

const AT = "2026-01-16T00:00:00.000Z";
const known = { source: ["w:shop/web"], destination: [], port: [443] };
const current = sampleExpectation({ known, version: 4 });
const revoked = { ...current, revokedAt: AT };

function stepOf(
  change: Omit<ExpectationChange, "version">,
  from = current,
  learned = NOTHING_KNOWN,
) {
  const wanted = { ...change, version: from.version };
  return changeTo(redrafted(from, wanted, Date.parse(AT)), from, { wanted, learned, at: AT });
}

describe("a step", () => {
  it("is none when everything is so already, what is known too", () => {
    expect(stepOf({})).toBeNull();
    expect(stepOf({ reason: ` ${current.reason} `, mode: current.mode })).toBeNull();
    expect(stepOf({ accept: { port: [443] }, forget: { source: ["w:shop/db"] } })).toBeNull();
    expect(stepOf({ revoked: true }, revoked)).toBeNull();
  });

  it("makes the next version, and only of what it is asked for", () => {
    const step = stepOf({ mode: "trial", ceilingPerMinute: 5 });
    expect(step).toEqual({
      action: "changed",
      before: current,
      after: { ...current, mode: "trial", ceilingPerMinute: 5, updatedAt: AT, version: 5 },
    });
  });

  it("tells only what is new of what is learnt and accepted, and what was known of the forgotten", () => {
    const learned = { source: ["w:shop/web"], destination: ["fqdn:a"], port: [1] };
    const change = {
      query: "port:1",
      accept: { port: [1, 2] },
      forget: { source: ["w:shop/web", "x"] },
    };
    expect(stepOf(change, current, learned)?.known).toEqual({
      learn: { source: [], destination: ["fqdn:a"], port: [1, 2] },
      forget: { source: ["w:shop/web"], destination: [], port: [] },
    });
  });

  it.each<[string, Omit<ExpectationChange, "version">, typeof current]>([
    ["accepted", { accept: { port: [1] } }, current],
    ["changed", { accept: { port: [1] }, mode: "trial" }, current],
    ["revoked", { revoked: true }, current],
    ["restored", { revoked: false }, revoked],
  ])("is called %s in the trail", (action, change, from) => {
    expect(stepOf(change, from)?.action).toBe(action);
  });

  it("counts against the maximum when it makes one or brings one back", () => {
    const made = creation(current, {
      id: "new",
      author: { name: "ada", verified: true },
      at: AT,
      learn: NOTHING_KNOWN,
    });
    expect([made, stepOf({ revoked: false }, revoked)].map((one) => one && isBack(one))).toEqual([
      true,
      true,
    ]);
    expect(
      [stepOf({ revoked: true }), stepOf({ mode: "trial" })].map((one) => one && isBack(one)),
    ).toEqual([false, false]);
    expect([made.after.version, actionOf(null, made.after)]).toEqual([1, "created"]);
  });

  it("asks for other drops with another query or watch, or when there was none", () => {
    expect(asksForOther(current, null)).toBe(true);
    expect(asksForOther({ ...current, query: "port:1" }, current)).toBe(true);
    expect(asksForOther({ ...current, watch: ["port"] }, current)).toBe(true);
    expect(asksForOther({ ...current, mode: "trial" }, current)).toBe(false);
  });
});
