import { describe, expect, it } from "vitest";
import { sampleGroup, sampleParty } from "@/components/triage/sample-group";
import { describeGroup, describeWhen, sentenceText } from "@/components/triage/sentence";
import type { Group } from "@/lib/drops/view";

function say(change: Partial<Group>): string {
  return sentenceText(describeGroup(sampleGroup(change), "since 14:12"));
}

describe("describeGroup", () => {
  it("begins with what the row stands for where that is no policy's group", () => {
    const group = sampleGroup({ key: { by: "tag", text: "cnp_x", query: "tag:cnp_x" } });
    expect(sentenceText(describeGroup(group, "since 14:12"))).toMatch(/^cnp_x\. Mostly: /);
  });

  it("says that no rule allows what fell to default-deny", () => {
    expect(say({ attempts: 642, drops: 684 })).toBe(
      "No rule allows shop/web → kube-system/coredns:53, egress. 642 attempts (684 drops) since 14:12.",
    );
  });

  it("names the policy that blocks, and how many more do", () => {
    const policy = { kind: "CiliumNetworkPolicy", namespace: "shop", name: "deny-dns" };
    const attribution = { kind: "policy", certainty: "reported", policies: [policy] } as const;
    expect(say({ attribution })).toMatch(/^shop\/deny-dns blocks shop\/web → /);
    expect(say({ attribution: { ...attribution, policies: [policy, policy] } })).toMatch(
      /^shop\/deny-dns and 1 more policy block /,
    );
  });

  it("says of audit what would have happened", () => {
    expect(say({ verdict: "AUDIT", state: "audit", drops: 3 })).toBe(
      "No rule allows shop/web → kube-system/coredns:53, egress; audit mode let it through. 3 attempts since 14:12.",
    );
  });

  it("blames no policy for another reason", () => {
    const reason = { code: 151, name: "STALE_OR_UNROUTABLE_IP", text: "Stale or unroutable IP" };
    const attribution = { kind: "other", certainty: "reported", policies: [] } as const;
    expect(say({ attribution, reason, direction: "unknown" })).toMatch(
      /was dropped: Stale or unroutable IP\. No policy did it\./,
    );
  });

  it("says that a deny rule is named by no event", () => {
    const attribution = { kind: "policy", certainty: "none", policies: [] } as const;
    expect(say({ attribution })).toMatch(/^A deny rule blocks .*; no event names its policy\./);
  });

  it("counts further sources, destinations and ports", () => {
    expect(say({ sources: 3, destinations: 2, ports: 213 })).toContain(
      "shop/web and 2 more sources → kube-system/coredns:53 and 1 more destination and 212 more ports",
    );
  });

  it("puts brackets round an IPv6 address with a port", () => {
    const destination = sampleParty({ kind: "address", name: "2001:db8::a3", namespace: "" });
    const { top } = sampleGroup();
    expect(say({ top: { ...top, destination } })).toContain("→ [2001:db8::a3]:53");
  });

  it("calls the number of an ICMP message its type", () => {
    const { top } = sampleGroup();
    expect(say({ top: { ...top, protocol: "ICMPv4", port: 8 }, ports: 2 })).toContain(
      "coredns type 8 and 1 more type, egress",
    );
  });
});

describe("describeWhen", () => {
  it("does not claim the counts of a range for all time", () => {
    expect(describeWhen("14:12", true, "in the last hour")).toBe("since 14:12");
    expect(describeWhen("2026-11-20 09:00", false, "in the last hour")).toBe(
      "in the last hour, first seen 2026-11-20 09:00",
    );
  });
});
