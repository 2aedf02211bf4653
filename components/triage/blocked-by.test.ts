import { describe, expect, it } from "vitest";
import { blockedBy, tagText } from "@/components/triage/blocked-by";
import { sampleGroup } from "@/components/triage/sample-group";

describe("blockedBy", () => {
  it("names the policy, and counts further ones", () => {
    const policies = ["a", "b"].map((name) => ({ kind: "NetworkPolicy", namespace: "shop", name }));
    const group = sampleGroup({ attribution: { kind: "policy", certainty: "reported", policies } });
    expect(blockedBy(group)).toMatchObject({ text: "a", more: 1 });
    expect(blockedBy(group).full).toContain("NetworkPolicy shop/b");
  });

  it("names the endpoint whose default-deny it was", () => {
    expect(blockedBy(sampleGroup()).text).toBe("default-deny of web");
  });

  it("says the reason in words, with its code in full, when it was no policy", () => {
    const group = sampleGroup({
      attribution: { kind: "other", certainty: "reported", policies: [] },
      reason: { code: 155, name: "CT_MAP_INSERTION_FAILED", text: "Connection table full" },
    });
    expect(blockedBy(group)).toMatchObject({
      text: "Connection table full",
      full: "Connection table full (CT_MAP_INSERTION_FAILED 155)",
    });
  });
});

describe("tagText", () => {
  it("tells a policy without a tag from a flow that does not carry the field", () => {
    const attribution = { kind: "policy", certainty: "reported", policies: [] } as const;
    expect(tagText({ attribution, tagState: "untagged" })).toBe("no tag");
    expect(tagText({ attribution, tagState: "unreported" })).toBe("tag not exported");
  });
});
