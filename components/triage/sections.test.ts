import { describe, expect, it } from "vitest";
import { sampleGroup } from "@/components/triage/sample-group";
import { isHead, layOutLines } from "@/components/triage/sections";

const denied = sampleGroup({ id: "denied", attempts: 2 });
const audited = sampleGroup({ id: "audited", state: "audit" });
const stale = sampleGroup({ id: "stale", state: "infrastructure", attempts: 5 });

describe("layOutLines", () => {
  it("puts policy denials before infrastructure, each under its head, in the order given", () => {
    const lines = layOutLines([stale, audited, denied], []);
    expect(lines.map((line) => (isHead(line) ? `# ${line.section.title}` : line.id))).toEqual([
      "# Unexpected",
      "denied",
      "# Audit",
      "audited",
      "# Infrastructure",
      "stale",
    ]);
  });

  it("keeps the counts of a folded section", () => {
    const lines = layOutLines([stale], ["infrastructure"]);
    expect(lines).toMatchObject([{ groups: 1, attempts: 5, folded: true }]);
  });
});
