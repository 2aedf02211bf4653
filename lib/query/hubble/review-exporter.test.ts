import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { formatQuery } from "@/lib/query/format";
import { readHubble } from "./from-hubble";

/** An entry that logs blocked egress traffic to the agent's log, as it is passed around. */
const ENTRY = `- name: blocked-egress
  excludeFilters: []
  fieldMask: []
  filePath: /dev/stdout
  includeFilters:
  - event_type:
    - type: 1
      sub_type: 181
    traffic_direction:
    - EGRESS
`;
const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by);
const FLOW_LOGS = `flowLogs:\n${ENTRY}`;
const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: cilium-flowlog-config
  namespace: kube-system
data:
  flowlogs.yaml: |
${indented(FLOW_LOGS, "    ")}`;
const HELM = `hubble:
  export:
    dynamic:
      enabled: true
      config:
        content:
${indented(ENTRY, "        ")}`;

function read(text: string) {
  const reading = readHubble(text);
  if (!reading.ok) throw new Error(reading.error.message);
  return reading;
}

const warnings = (text: string) =>
  read(text)
    .notes.filter(({ level }) => level === "warning")
    .map((note) => note.text)
    .join("\n");

describe("the entry that logs blocked egress traffic", () => {
  it.each([
    ["flowLogs", FLOW_LOGS],
    ["its ConfigMap", CONFIG_MAP],
    ["Helm values", HELM],
    ["the entry alone", ENTRY],
  ])("%s: says what it selects and what it lacks", (_, text) => {
    const told = warnings(text);
    expect(formatQuery(read(text).query)).toBe("reason:POLICY_DENY direction:egress");
    expect(told).toContain("sub_type 181 only beside match_sub_type: true");
    expect(told).toContain("matches every event of type 1");
    expect(told).toContain("selects egress alone");
    expect(told).toContain("Drop events (type 1) never name a policy and never carry a tag");
    expect(told).toContain("AUDIT never appears");
  });

  it("offers the entry that tells all, in the form that was pasted, under its name and path", () => {
    const wanted = {
      name: "blocked-egress",
      filePath: "/dev/stdout",
      fieldMask: [],
      includeFilters: [{ verdict: ["DROPPED", "AUDIT"] }],
      excludeFilters: [],
    };
    expect(parse(read(FLOW_LOGS).better?.yaml ?? "")).toEqual({ flowLogs: [wanted] });
    const map = parse(read(CONFIG_MAP).better?.yaml ?? "");
    expect(map).toMatchObject({ kind: "ConfigMap", metadata: { name: "cilium-flowlog-config" } });
    expect(parse(map.data["flowlogs.yaml"])).toEqual({ flowLogs: [wanted] });
    expect(parse(read(HELM).better?.yaml ?? "")).toMatchObject({
      hubble: { export: { dynamic: { config: { content: [wanted] } } } },
    });
  });

  it("finds nothing to warn of in the entry that it offers", () => {
    for (const text of [FLOW_LOGS, CONFIG_MAP, HELM]) {
      const offered = read(text).better?.yaml ?? "";
      expect(warnings(offered)).toBe("");
      expect(read(offered).better).toBeNull();
    }
  });
});

describe("other entries", () => {
  it("names the fields that a mask leaves out", () => {
    const masked = FLOW_LOGS.replace("fieldMask: []", "fieldMask: [time, verdict, source.labels]");
    const told = warnings(masked);
    expect(told).toContain("It leaves out uuid, node_name");
    expect(told).toContain("policy_log");
    expect(told).not.toContain("source,");
  });

  it("has nothing to offer for filters that are no entry of an exporter", () => {
    const filters = '{"event_type":[{"type":1}],"traffic_direction":["EGRESS"]}';
    expect(read(filters).better).toBeNull();
    expect(read("hubble observe --type drop --traffic-direction egress").better).toBeNull();
  });

  it("is content with an entry that selects everything", () => {
    const all = "flowLogs:\n- name: all\n  filePath: /x.log\n  includeFilters: []\n";
    expect(read(all)).toMatchObject({ better: null });
  });
});
