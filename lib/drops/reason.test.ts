import { describe, expect, it } from "vitest";
import { isPolicyReason, reasonClass, reasonCode, reasonOf } from "./reason";
import { DROP_REASONS } from "./reason-table";

describe("reasonOf", () => {
  it("has every reason from 130 to 205 but 159, which was never assigned, and 0", () => {
    const codes = DROP_REASONS.map(([code]) => code);
    const all = Array.from({ length: 76 }, (_, i) => 130 + i).filter((code) => code !== 159);
    expect(codes).toEqual([0, ...all]);
    expect(new Set(DROP_REASONS.map(([, name]) => name)).size).toBe(codes.length);
  });

  it("keeps a number that has no name", () => {
    expect(reasonOf(999)).toMatchObject({ code: 999, name: "UNKNOWN(999)", text: "UNKNOWN(999)" });
    expect(reasonOf(999).plain).toContain("999");
  });

  it("says what 136 and 161 mean where their names say something else", () => {
    expect(reasonOf(136)).toMatchObject({
      name: "CT_MISSING_TCP_ACK_FLAG",
      text: "Fragmentation needed",
    });
    expect(reasonOf(136).plain).toContain("too large");
    expect(reasonOf(161)).toMatchObject({
      name: "FAILED_TO_INSERT_INTO_PROXYMAP",
      text: "NAT 46/64 not enabled",
    });
    expect(reasonOf(161).plain).toContain("IPv6");
  });

  it("tells a deny rule from no rule in plain words", () => {
    expect(reasonOf(133).plain).toBe("No rule allowed it.");
    expect(reasonOf(181).plain).toBe("A deny rule matched.");
  });

  it("has one sentence for every reason", () => {
    for (const [code] of DROP_REASONS) expect(reasonOf(code).plain).toMatch(/^[A-Z].*\.$/);
  });
});

describe("reasonCode", () => {
  it("is the inverse of the name", () => {
    for (const code of [0, 133, 181, 205, 999]) expect(reasonCode(reasonOf(code).name)).toBe(code);
  });

  it("does not take one name for another that contains it", () => {
    expect(reasonCode("POLICY_DENY")).toBe(181);
    expect(reasonCode("POLICY_DENIED")).toBe(133);
    expect(reasonCode("POLICY_DEN")).toBeNull();
  });
});

describe("reasonClass", () => {
  it.each([
    [0, "none"],
    [133, "default-deny"],
    [181, "explicit-deny"],
    [189, "authentication"],
    [177, "configuration"],
    [203, "start-up"],
    [151, "addressing"],
    [134, "packet"],
    [999, "packet"],
  ] as const)("puts %i under %s", (code, name) => {
    expect(reasonClass(code)).toBe(name);
  });

  it("knows the three policy reasons", () => {
    expect(DROP_REASONS.map(([code]) => code).filter(isPolicyReason)).toEqual([133, 181, 189]);
  });
});
