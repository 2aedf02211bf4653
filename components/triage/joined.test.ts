import { describe, expect, it } from "vitest";
import { apartMs, compareFlows } from "@/components/triage/joined";
import type { DropDetails } from "@/lib/drops/view";

const verdictFlow = {
  time: "2026-11-21T14:32:07.118402Z",
  event_type: { type: 5 },
  traffic_direction: "EGRESS",
  egress_denied_by: [{ kind: "CiliumNetworkPolicy", namespace: "shop", name: "deny-db" }],
  policy_log: ["", "tag-a"],
};
const dropFlow = {
  time: "2026-11-21T14:32:07.118811Z",
  event_type: { type: 1, sub_type: 133 },
  drop_reason_desc: "POLICY_DENIED",
  file: { name: "bpf_lxc.c", line: 1325 },
};

function details(flows: Partial<DropDetails>): DropDetails {
  const drop = { direction: "", node: "" };
  const base = { drop, verdictFlow: null, dropFlow: null };
  return { ...base, ...flows } as DropDetails;
}

describe("compareFlows", () => {
  it("keeps policy, tag and direction of the verdict event, reason and place of the drop event", () => {
    const rows = compareFlows(details({ verdictFlow, dropFlow }));
    const kept = Object.fromEntries(
      rows.map((row) => [row.name, `${row.kept}: ${row.verdict}|${row.drop}`]),
    );
    expect(kept).toMatchObject({
      Policy: "verdict: shop/deny-db|",
      Tag: "verdict: tag-a|",
      Match: "verdict: none (default)|",
      Direction: "verdict: EGRESS|",
      Reason: "drop: |POLICY_DENIED",
      "Code place": "drop: |bpf_lxc.c:1325",
    });
  });

  it("falls back to the one flow there is", () => {
    const rows = compareFlows(details({ dropFlow }));
    expect(rows.find((row) => row.name === "Time")).toMatchObject({ kept: "drop" });
    expect(rows.find((row) => row.name === "Policy")).toMatchObject({ kept: "none" });
  });

  it("says what of each flow can be asked for, as the query writes it", () => {
    const lockdown = { ...verdictFlow, egress_denied_by: [{ namespace: "", name: "lockdown" }] };
    const drop = { direction: "egress", node: "node-a" } as DropDetails["drop"];
    const rows = compareFlows(details({ drop, verdictFlow: lockdown, dropFlow }));
    const asked = (name: string) => rows.find((row) => row.name === name)?.asked;
    expect(asked("Policy")?.verdict).toEqual([
      { field: "policy", value: "/lockdown", text: "lockdown" },
    ]);
    expect(asked("Direction")?.verdict).toEqual([
      { field: "direction", value: "egress", text: "EGRESS" },
    ]);
    expect(asked("Reason")?.drop).toMatchObject([{ field: "reason", value: "POLICY_DENIED" }]);
    expect(asked("Policy")?.drop).toEqual([]);
  });

  it("reads anything at all without failing", () => {
    for (const flow of [[], "text", 7, { time: 7, file: "x", policy_log: "tag" }]) {
      expect(compareFlows(details({ verdictFlow: flow })).every((row) => row.drop === "")).toBe(
        true,
      );
    }
  });
});

describe("apartMs", () => {
  it("is finer than a millisecond, and null without a partner", () => {
    expect(apartMs(details({ verdictFlow, dropFlow }))).toBeCloseTo(0.409, 6);
    expect(apartMs(details({ dropFlow }))).toBeNull();
  });
});
