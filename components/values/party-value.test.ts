import { describe, expect, it } from "vitest";
import { sampleParty } from "@/components/triage/sample-group";
import { partyValue } from "@/components/values/party-value";

describe("partyValue", () => {
  it("names a workload with its namespace", () => {
    expect(partyValue("src", sampleParty())).toEqual({
      field: "src.workload",
      value: ["shop/web"],
    });
  });

  it("means every identity of the world, for dual-stack clusters have two", () => {
    const world = sampleParty({ kind: "reserved", name: "world", namespace: "" });
    expect(partyValue("dst", world)).toEqual({
      field: "dst.identity",
      value: ["world", "world-ipv4", "world-ipv6"],
    });
  });

  it("finds what is named by a label under each label that may name it", () => {
    const { field, value } = partyValue("dst", sampleParty({ kind: "labels", name: "db" }));
    expect(field).toBe("dst.label");
    expect(value).toContain("k8s:app=db");
  });

  it("writes an IPv6 range as Cilium's label has it too", () => {
    const range = sampleParty({ kind: "cidr", name: "2001:db8::/32", namespace: "" });
    expect(partyValue("dst", range).value).toContain("cidr:2001-db8--/32");
  });
});
