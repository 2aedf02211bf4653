/** What people paste, in the forms in which it circulates. */
import { describe, expect, it } from "vitest";
import { formatQuery } from "@/lib/query/format";
import { MAX_PASTED, readHubble } from "./from-hubble";

function read(text: string) {
  const reading = readHubble(text);
  if (!reading.ok) throw new Error(`${reading.error.at}: ${reading.error.message}`);
  return { ...reading, text: formatQuery(reading.query) };
}

function lostOf(text: string): string[] {
  return read(text)
    .notes.filter(({ level }) => level === "lost")
    .map(({ about }) => about);
}

function warningsOf(text: string): string {
  return read(text)
    .notes.filter(({ level }) => level === "warning")
    .map((one) => one.text)
    .join("\n");
}

const TAG_COMMAND = `hubble observe \\
  --verdict AUDIT \\
  --not \\
  --cel-expression "(_flow.policy_log.endsWith('my-custom-log-tag'))" \\
  --print-raw-filters`;

const RAW_FILTERS = `allowlist:
    - '{"verdict":["AUDIT"]}'
denylist:
    - '{"experimental":{"cel_expression":["(_flow.policy_log.endsWith(''my-custom-log-tag''))"]}}'
`;

function configMap(filters: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: cilium-flowlog-config
  namespace: kube-system
data:
  flowlogs.yaml: |
    flowLogs:
    - name: egress-traffic-blocking
      excludeFilters: []
      fieldMask: []
      filePath: /dev/stdout
      includeFilters:${filters}
`;
}

const EGRESS_BLOCKING = `
      - event_type:
        - type: 1
          sub_type: 181
        traffic_direction:
        - EGRESS`;

describe("published filters give the query that was meant", () => {
  it.each([
    ["a tag excluded, as a command", TAG_COMMAND, "verdict:AUDIT -tag:*my-custom-log-tag"],
    ["a tag excluded, as raw filters", RAW_FILTERS, "verdict:AUDIT -tag:*my-custom-log-tag"],
    [
      "metadata service, without the host",
      "❯ hubble observe -P --to-ip 169.254.169.254 --not --from-identity host -f -o json",
      "dst.ip:169.254.169.254 -src.identity:host",
    ],
    [
      "denied egress, as a ConfigMap",
      configMap(EGRESS_BLOCKING),
      "reason:POLICY_DENY direction:egress",
    ],
    ["an exporter of everything", configMap(" []"), ""],
    [
      "one identity to another",
      "operator@laptop policies % hubble observe --to-identity 9889 --last 5 --from-identity 23217 ",
      "dst.identity:9889 src.identity:23217",
    ],
    ["from one identity", "% hubble observe --from-identity 9889 --last 5", "src.identity:9889"],
    ["a time", "hubble observe --from-identity 9889 --since 2m", "src.identity:9889"],
    [
      "an argument too many",
      "hubble observe --from-identity 9889 --last 4 min",
      "src.identity:9889",
    ],
    ["DNS", "hubble observe   --protocol dns ", 'l7:* -l7:*" "*'],
    [
      "DNS of a pod",
      "hubble observe --pod internal-client --protocol dns ",
      'pod:default/internal-client* l7:* -l7:*" "*',
    ],
  ])("%s", (_name, text, query) => {
    expect(read(text).text).toBe(query);
  });

  it("says that Hubble refuses endsWith on the list, and what works", () => {
    const working = "_flow.policy_log.exists(x, x.endsWith('my-custom-log-tag'))";
    expect(warningsOf(TAG_COMMAND)).toContain(working);
    expect(warningsOf(RAW_FILTERS)).toContain(working);
  });

  it("does not warn of twins where only audited flows are asked for: they have no drop event", () => {
    expect(warningsOf(TAG_COMMAND)).not.toContain("still comes through");
    expect(warningsOf(TAG_COMMAND.replace("AUDIT", "DROPPED"))).toContain("still comes through");
  });

  it("warns of a sub type that is not compared, and of the event that names no policy", () => {
    const text = warningsOf(configMap(EGRESS_BLOCKING));
    expect(text).toContain("match_sub_type");
    expect(text).toContain("never name a policy");
  });

  it("says that the command also shows what was allowed", () => {
    expect(read("hubble observe --to-port 443").notes).toContainEqual(
      expect.objectContaining({ about: "verdict", level: "hint" }),
    );
    expect(read("hubble observe --verdict AUDIT").notes).toEqual([]);
  });
});

describe("a command among other text", () => {
  it.each([
    ["a prompt", "$ hubble observe --to-port 443"],
    ["a program's path", "/usr/local/bin/hubble observe --to-port 443"],
    ["kubectl", "kubectl -n kube-system exec ds/cilium -- hubble observe --to-port 443"],
    ["settings before it", "HUBBLE_SERVER=relay:80 NO_COLOR=1 hubble observe --to-port 443"],
    ["flags before observe", "hubble --server relay:80 observe flows --to-port 443"],
    ["a pipe", "hubble observe --to-port 443 -o json | jq -r '.flow.verdict' > file"],
    ["a redirection", "hubble observe --to-port 443 2>/dev/null"],
    ["output below it", "hubble observe --to-port 443\nNov 21 01:02:03.004: a <> b DROPPED"],
    ["flags alone", "--to-port 443"],
    ["a code block", "```sh\nhubble observe \\\n  --to-port 443\n```"],
    ["Windows line ends", "hubble observe \\\r\n  --to-port 443\r\n"],
    ["the form of bash for special characters", "hubble observe --to-port $'443'"],
  ])("%s", (_name, text) => {
    expect(read(text).text).toBe("port:443");
  });

  it("leaves out what only the shell knows, and says so", () => {
    const text = 'hubble observe --to-port 443 --from-pod "$NS/web" --to-ip $(cat ip)';
    expect(read(text).text).toBe("port:443");
    expect(lostOf(text)).toEqual(["--from-pod $NS/web", "--to-ip $(cat ip)"]);
  });

  it("takes a dollar in single quotes as it is", () => {
    expect(read("hubble observe --cel-expression '\"$x\" in _flow.policy_log'").text).toBe(
      "tag:$x",
    );
  });
});

describe("what cannot be read is an error at its place", () => {
  it.each([
    ["hubble observe --pod 'x", 21, "not closed"],
    ["hubble observe --to-port abc", 25, "a port"],
    ["hubble observe --verdict", 24, "needs a value"],
    ["hubble observe --allowlist '{'", 27, "--allowlist"],
    ['{"verdict": DROPPED]}', 19, "YAML or JSON"],
    ['{"verdict": "DROPPED"}', 2, "list"],
    ["what is this", 0, "neither"],
    ["", 0, "Paste"],
    ["x".repeat(MAX_PASTED + 1), MAX_PASTED, "At most"],
  ])("%.40s", (text, at, words) => {
    const reading = readHubble(text);
    expect(reading).toMatchObject({ ok: false, error: { at } });
    expect(reading.ok ? "" : reading.error.message).toContain(words);
  });

  it("does not follow aliases of YAML without end", () => {
    const lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"];
    for (const [one, other] of ["ab", "bc", "cd", "de", "ef", "fg"].map((pair) => [...pair])) {
      lines.push(`${other}: &${other} [${Array(10).fill(`*${one}`).join(",")}]`);
    }
    expect(readHubble(lines.join("\n"))).toMatchObject({ ok: false });
  });
});

describe("text that is made to be slow or deep is refused, or read in bounds", () => {
  it.each([
    ["brackets", "[", "", ""],
    ["maps in maps", '{"a":', "", ""],
    ["lists in lists", "- ", "", ""],
    ["keys in keys", "? ", "", ""],
    ["maps in maps by indentation", " ", "", "a: b"],
    ["spaces in a selector", " ", '{"source_label":["a', 'c"]}'],
    ["brackets in CEL", "(", '{"experimental":{"cel_expression":["', '"]}}'],
    ["commands", "hubble x ", "", ""],
    ["filters", '{"source_pod":["a/"],"destination_port":["1"]} ', "", ""],
  ])("%s", (_name, unit, head, tail) => {
    const count = Math.floor((MAX_PASTED - head.length - tail.length) / unit.length);
    const reading = readHubble(head + unit.repeat(count) + tail);
    expect(
      reading.ok ? lostOf(head + unit.repeat(count) + tail) : reading.error.message,
    ).not.toEqual([]);
  });
});

describe("filters in documents", () => {
  const STATIC = `hubble:
  export:
    static:
      enabled: true
      allowList:
      - '{"verdict":["DROPPED"]}'
      denyList:
      - '{"source_pod":["kube-system/"]}'
`;
  const DYNAMIC = `hubble:
  export:
    dynamic:
      enabled: true
      config:
        content:
        - name: one
          includeFilters:
          - trafficDirection: [EGRESS]
        - name: two
          includeFilters:
          - verdict: [AUDIT]
`;
  it.each([
    ["JSON objects one after another", '{"source_pod":["a/"]} {"source_pod":["b/"]}', "src.ns:a,b"],
    ["a list", '[{"destination_port":["443"]},{"destination_port":["80"]}]', "port:443,80"],
    [
      "camel case",
      '{"sourcePod":["a/"],"dropReasonDesc":["POLICY_DENY"]}',
      "src.ns:a reason:POLICY_DENY",
    ],
    [
      "enum numbers",
      '{"verdict":[4],"drop_reason_desc":[133],"traffic_direction":[2]}',
      "verdict:AUDIT reason:POLICY_DENIED direction:egress",
    ],
    ["Helm values of the static exporter", STATIC, "verdict:DROPPED -src.ns:kube-system"],
    ["Helm values of the dynamic exporter: its first entry", DYNAMIC, "direction:egress"],
    [
      "an entry alone",
      "name: x\nfilePath: /x.log\nincludeFilters: []\nexcludeFilters:\n- destination_pod: [kube-system/]\n",
      "-dst.ns:kube-system",
    ],
    [
      "the agent's own ConfigMap",
      `data:\n  hubble-export-denylist: '{"source_pod":["a/"]} {"source_pod":["b/"]}'\n`,
      "-src.ns:a,b",
    ],
    ["a request", '{"whitelist":[{"verdict":["AUDIT"]}],"blacklist":[]}', "verdict:AUDIT"],
  ])("%s", (_name, text, query) => {
    expect(read(text).text).toBe(query);
  });

  it("names the entries that it does not read", () => {
    expect(lostOf(DYNAMIC)).toEqual(["two"]);
  });

  it("names a field that Hubble does not have", () => {
    expect(lostOf('{"verdict":["AUDIT"],"policy_name":["x"]}')).toEqual(["policy_name"]);
  });

  it("warns of empty filters", () => {
    expect(warningsOf('{"whitelist":[{"verdict":["AUDIT"]},{}],"blacklist":[]}')).toContain(
      "pointless",
    );
    expect(warningsOf('{"whitelist":[{"verdict":["AUDIT"]}],"blacklist":[{}]}')).toContain(
      "hides every",
    );
  });
});

describe("what one query cannot say is named, and the query shows more", () => {
  it("alternatives of different fields", () => {
    const text = '{"source_pod":["a/"]} {"destination_port":["53"]}';
    expect(read(text).text).toBe("");
    expect(lostOf(text)).toEqual(["src.ns:a | port:53"]);
  });

  it("keeps what alternatives share", () => {
    const text =
      '{"verdict":["AUDIT"],"source_pod":["a/"]} {"verdict":["AUDIT"],"destination_port":["53"]}';
    expect(read(text).text).toBe("verdict:AUDIT");
  });

  it("flags after --not exclude only what they exclude together", () => {
    const text = "hubble observe --not --from-pod a/b --not --to-port 53";
    expect(read(text).text).toBe("");
    expect(warningsOf(text)).toContain("one filter");
  });

  it("separate denylists exclude each for itself", () => {
    const text = `hubble observe --denylist '{"source_pod":["a/"]}' --denylist '{"destination_port":["53"]}'`;
    expect(read(text).text).toBe("-src.ns:a -port:53");
  });
});

describe("CEL", () => {
  it.each([
    ["'x' in _flow.policy_log", "tag:x"],
    ["_flow.policy_log.exists(l, l == 'x')", "tag:x"],
    ["_flow.policy_log.exists(l, l.endsWith('x'))", "tag:*x"],
    ['_flow.policy_log.exists(l, l.startsWith("x"))', "tag:x*"],
    ["_flow.policy_log.exists(l, l.contains('x') || l == 'y')", "tag:*x*,y"],
    ["_flow.policy_log.exists(l, l.matches('^a.*b$'))", "tag:a*b"],
    ["size(_flow.policy_log) == 0", "-tag:*"],
    ["size(_flow.policy_log) > 0", "tag:*"],
    ["!('x' in _flow.policy_log)", "-tag:x"],
    ["!(!(('x' in _flow.policy_log)))", "tag:x"],
    ["'x' in _flow.policy_log || 'y' in _flow.policy_log", "tag:x,y"],
    ["'x' in _flow.policy_log && !('y' in _flow.policy_log)", "tag:x -tag:y"],
    ["_flow.policy_log.endsWith('x')", "tag:*x"],
    [String.raw`'it\'s \u202e' in _flow.policy_log`, String.raw`tag:"it's \u{202e}"`],
    ["_flow.drop_reason_desc == DropReason.POLICY_DENY", "reason:POLICY_DENY"],
    ["_flow.drop_reason_desc in [DropReason.POLICY_DENY, 133]", "reason:POLICY_DENY,POLICY_DENIED"],
    ["_flow.verdict != Verdict.AUDIT", "-verdict:AUDIT"],
    ["_flow.egress_denied_by.exists(p, p.name == 'x')", "policy:x"],
    [
      "_flow.ingress_denied_by.exists(p, p.namespace == 'a' && p.name.startsWith('x'))",
      "policy:a/x*",
    ],
    ["size(_flow.egress_denied_by) > 0", "policy:*"],
  ])("%s", (expression, query) => {
    const json = JSON.stringify({ experimental: { cel_expression: [expression] } });
    expect(read(json).text).toBe(query);
  });

  it.each([
    "_flow.Summary.contains('x')",
    "_flow.source.identity == 7",
    "'x' in _flow.policy_log ? true : false",
    "_flow.policy_log.all(l, l == 'x')",
    "'' in _flow.policy_log",
    "'x' in",
    `${"!(".repeat(2000)}true${")".repeat(2000)}`,
  ])("names what it cannot read: %.40s", (expression) => {
    const json = JSON.stringify({
      verdict: ["AUDIT"],
      experimental: { cel_expression: [expression] },
    });
    expect(read(json).text).toBe("verdict:AUDIT");
    expect(lostOf(json)).toEqual([expression]);
  });
});
