import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatQuery, termText } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";
import { toExporter } from "./exporter";
import { readHubble } from "./from-hubble";
import { MOST_FILTERS, toHubble } from "./to-hubble";

function parsed(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`);
  return result.query;
}

const commandOf = (text: string) => toHubble(parsed(text)).commandText;

function notesOf(text: string, level: string): string[] {
  return toHubble(parsed(text))
    .notes.filter((note) => note.level === level)
    .map(({ about }) => about);
}

const BASE = "hubble observe --verdict DROPPED --verdict AUDIT";

describe("the command of a query", () => {
  it.each([
    ["", `${BASE} -o json`],
    ["src.ns:shop port:443", `${BASE} --from-namespace shop --to-port 443 -o json`],
    ["pod:shop/api-*", `${BASE} --pod shop/api- -o json`],
    [
      "verdict:AUDIT -ns:kube-system",
      "hubble observe --verdict AUDIT --not --namespace kube-system -o json",
    ],
    ["-verdict:AUDIT", "hubble observe --verdict DROPPED -o json"],
    ["verdict:AUDIT attribution:default-deny", "hubble observe --verdict AUDIT -o json"],
    ["tag:expected", `${BASE} --cel-expression ''\\''expected'\\'' in _flow.policy_log' -o json`],
    [
      "-src.ns:a -port:53",
      `${BASE} --denylist '{"source_pod":["a/"]}' --denylist '{"destination_port":["53"]}' -o json`,
    ],
  ])("%s", (query, command) => {
    expect(commandOf(query)).toBe(command);
  });

  it("has the range first", () => {
    const { command } = toHubble(parsed(""), { since: "15m", until: "-x", follow: true });
    expect(command.slice(0, 6)).toEqual([
      "hubble",
      "observe",
      "--since",
      "15m",
      "--until=-x",
      "--follow",
    ]);
  });

  it("joins conditions on the same field that Hubble's lists would make alternatives", () => {
    expect(toHubble(parsed("src.ns:shop,web src.pod:shop/api-*")).allowlist).toEqual([
      { verdict: ["DROPPED", "AUDIT"], source_pod: ["shop/api-"] },
    ]);
    expect(toHubble(parsed("src.label:app=a src.label:tier")).allowlist).toEqual([
      { verdict: ["DROPPED", "AUDIT"], source_label: ["app=a,tier"] },
    ]);
    expect(toHubble(parsed("tag:a tag:b")).allowlist[0]?.experimental?.cel_expression).toEqual([
      "('a' in _flow.policy_log) && ('b' in _flow.policy_log)",
    ]);
  });

  it("selects nothing, and says so, for terms that exclude each other", () => {
    const { allowlist, notes } = toHubble(parsed("src.ns:a src.ns:b"));
    expect(allowlist).toEqual([{ verdict: ["VERDICT_UNKNOWN"] }]);
    expect(notes[0]?.level).toBe("warning");
  });

  it("has a bounded number of filters, and names what no longer fits", () => {
    const text = "ns:a pod:b* ip:10.0.0.0/8 fqdn:x.y identity:world label:z identity:host";
    const { allowlist, notes } = toHubble(parsed(text));
    expect(allowlist.length).toBeLessThanOrEqual(MOST_FILTERS);
    expect(notes.filter(({ level }) => level === "lost")).not.toEqual([]);
  });
});

it("does not multiply the lists of many terms without bound", () => {
  const terms = Array.from({ length: 30 }, (_, at) => `src.label:a${at},b${at},c${at}`);
  const { allowlist, notes } = toHubble(parsed(terms.join(" ")));
  expect(allowlist[0]?.source_label?.length).toBeLessThanOrEqual(256);
  expect(notes.some(({ level }) => level === "lost")).toBe(true);
});

describe("notes", () => {
  it.each([
    "certainty:reported",
    "expected:true",
    "source:relay",
    "group:0123456789abcdef",
    "series:0123456789abcdef",
    "word",
    "ns:s*",
    "port:>=1024",
    "port:0",
    "identity:>=256",
    "workload:we*",
    "workload:none",
    "label:none",
    "label:*x",
    "label:a@b",
    "fqdn:a_b",
    "node:none",
    "l7:GET*x*",
    "proto:TCP ip:none,10.0.0.0/8",
  ])("%s: what Hubble cannot express is named, excluded as well", (text) => {
    const about = text.split(" ").pop() ?? "";
    expect(notesOf(text, "lost")).toContain(about);
    if (about.includes("ip:")) return;
    expect(notesOf(`-${text}`, "lost")).toContain(`-${about}`);
  });

  it.each([
    ["pod:web-1", "nearest"],
    ["-pod:web-1", "warning"],
    ["attribution:default-deny", "nearest"],
    ["tag:none", "nearest"],
    ["tag.state:untagged", "nearest"],
    ["workload:web", "warning"],
    ["-workload:web", "nearest"],
    ["reason:CT_*", "warning"],
    ["port:8", "warning"],
    ["-port:8", "nearest"],
  ])("%s: %s", (text, level) => {
    expect(notesOf(text, level)).toContain(text);
  });

  it.each(["-tag:x", "-policy:x", "policy:none", "tag:none", "-tag:* src.ns:a"])(
    "%s leaves out the drop event of the same packet, and says so",
    (text) => {
      expect(toHubble(parsed(text)).denylist).toContainEqual({
        event_type: [{ type: 1 }],
        drop_reason_desc: ["POLICY_DENIED", "POLICY_DENY", "AUTH_REQUIRED"],
      });
      expect(notesOf(text, "warning")).toContain("event_type");
    },
  );

  it.each(["-tag:x verdict:AUDIT", "-tag:x tag:y"])("%s has no drop event to leave out", (text) => {
    expect(toHubble(parsed(text)).denylist).toHaveLength(1);
    expect(notesOf(text, "warning")).toEqual([]);
  });

  it("advise of what the terminal leaves out", () => {
    expect(notesOf("", "hint")).toEqual(["", "-o json", "--last"]);
  });

  it("go with the exporter's configuration as well", () => {
    const { notes } = toExporter(parsed("-tag:x word"), "configmap");
    expect(notes.map(({ about }) => about)).toEqual(
      expect.arrayContaining(["word", "event_type", "filePath", "cilium-flowlog-config"]),
    );
  });
});

/** One line, one field; all of them come back as the same terms. */
const TERMS: readonly (readonly string[])[] = [
  ["verdict:AUDIT", "verdict:DROPPED"],
  [
    "src.ns:shop",
    "ns:shop,web",
    "-ns:web",
    "dst.ns:*",
    "-src.ns:*",
    "src.pod:shop/web-*",
    "pod:web-*,api-*",
    "-dst.pod:kube-system/api*",
  ],
  ["src.workload:web", "-workload:web,api"],
  [
    "identity:world",
    "-src.identity:host",
    "dst.identity:1234,30001",
    "-identity:kube-apiserver,1234",
  ],
  ["label:k8s:app=web", "src.label:app", "-dst.label:app=api,tier"],
  ["dst.fqdn:*.example.com", "fqdn:api.example.com", "-fqdn:*telemetry*"],
  [
    "ip:10.0.0.0/8",
    "src.ip:10.0.1.5,2001:db8::1",
    "-dst.ip:2001:db8::/32",
    "dst.ip:none",
    "-ip:10.1.1.1",
  ],
  ["port:443,80", "-port:53"],
  ["proto:TCP,UDP", "-proto:ICMP"],
  ["direction:egress", "direction:unknown"],
  ["reason:POLICY_DENIED,AUTH_REQUIRED", "-reason:POLICY_DENY", "reason:999"],
  ["node:worker-*", "node:west/worker-1", "-node:east/*x"],
  ["-cluster:west", "-cluster:*st"],
  ["tag:expected,app-*", "tag:*-blocked", "-tag:*a*,b", "tag:a*b*c", "tag:*", "-tag:*"],
  ["policy:deny,shop/deny-*", "-policy:/lockdown", "policy:*x*,y", "-policy:*"],
  ["policy.kind:NetworkPolicy", "-policy.kind:Cilium*"],
  ["l7:*", 'l7:"GET /api"*', '-l7:"POST /x"', 'l7:"GET /api"*', 'l7:*" "*'],
];

/** Terms with their values in order: two queries that are written alike mean the same. */
function normal(query: Query): string[] {
  return query.terms
    .map(
      (term) =>
        `${term.negated} ${term.values.map((value) => termText({ ...term, negated: false, values: [value] })).sort()}`,
    )
    .sort();
}

const QUERY = fc
  .tuple(...TERMS.map((line) => fc.constantFrom(...line)))
  .chain((terms) => fc.shuffledSubarray([...terms], { maxLength: 4 }))
  .map((terms) => parsed(terms.join(" ")));

describe("a query that Hubble can express", () => {
  it("comes back from its command, its filters and its exporter entry", () => {
    fc.assert(
      fc.property(QUERY, (query) => {
        const { commandText, allowlist, denylist } = toHubble(query);
        const texts = [
          commandText,
          JSON.stringify({ allowlist, denylist }),
          toExporter(query, "configmap").yaml,
        ];
        for (const text of texts) {
          const reading = readHubble(text);
          if (!reading.ok) throw new Error(reading.error.message);
          expect(normal(reading.query), `${formatQuery(query)}\n${text}`).toEqual(normal(query));
        }
      }),
      { numRuns: 3_500 },
    );
  }, 300_000);
});
