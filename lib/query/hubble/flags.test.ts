/** Every flag of `hubble observe` that selects flows, both ways, or the reason why not. */
import { describe, expect, it } from "vitest";
import { formatQuery } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import { refusedTogether } from "./flag-conflicts";
import { FLAGS } from "./flags";
import { readHubble } from "./from-hubble";
import { quoteWord } from "./shell";
import { toHubble } from "./to-hubble";

/**
 * Flag, a value, the query it reads as, and the words that query is written with; null where it has
 * other words. A query of null: not applicable, and a note with a reason says so.
 */
const ROWS: readonly [
  flag: string,
  value: string | null,
  query: string | null,
  words: string | null,
][] = [
  ["pod", "shop/web", "pod:shop/web*", "--pod shop/web"],
  ["from-pod", "shop/web", "src.pod:shop/web*", "--from-pod shop/web"],
  ["to-pod", "/web", "dst.pod:web*", "--to-pod /web"],
  ["namespace", "shop", "ns:shop", "--namespace shop"],
  ["from-namespace", "shop", "src.ns:shop", "--from-namespace shop"],
  ["to-namespace", "shop", "dst.ns:shop", "--to-namespace shop"],
  ["all-namespaces", null, "ns:*", "--all-namespaces"],
  ["from-all-namespaces", null, "src.ns:*", "--from-all-namespaces"],
  ["to-all-namespaces", null, "dst.ns:*", "--to-all-namespaces"],
  ["service", "shop/web", null, null],
  ["from-service", "shop/web", null, null],
  ["to-service", "shop/web", null, null],
  ["workload", "web", "workload:web", "--workload web"],
  ["from-workload", "web", "src.workload:web", "--from-workload web"],
  ["to-workload", "Deployment/web", "dst.workload:web", null],
  ["ip", "10.0.0.1", "ip:10.0.0.1", "--ip 10.0.0.1"],
  ["from-ip", "10.0.0.0/8", "src.ip:10.0.0.0/8", "--from-ip 10.0.0.0/8"],
  ["to-ip", "2001:DB8::1", "dst.ip:2001:db8::1", "--to-ip 2001:db8::1"],
  ["snat-ip", "10.0.0.1", null, null],
  ["fqdn", "*.example.com", "fqdn:*.example.com", "--fqdn '*.example.com'"],
  ["from-fqdn", "api.example.com", "src.fqdn:api.example.com", "--from-fqdn api.example.com"],
  ["to-fqdn", "api.example.com.", "dst.fqdn:api.example.com", "--to-fqdn api.example.com"],
  ["label", "k8s:app=web", "label:k8s:app=web", "--label k8s:app=web"],
  ["from-label", "app in (web, api)", "src.label:app=web,app=api", null],
  ["to-label", "app=web,!tier", "dst.label:app=web -dst.label:tier", null],
  ["identity", "30001", "identity:30001", "--identity 30001"],
  ["from-identity", "host", "src.identity:host", null],
  ["to-identity", "30001", "dst.identity:30001", "--to-identity 30001"],
  ["cluster", "west", null, null],
  ["from-cluster", "west", null, null],
  ["to-cluster", "west", null, null],
  ["port", "443", "port:443", null],
  ["from-port", "443", null, null],
  ["to-port", "443", "port:443", "--to-port 443"],
  ["verdict", "AUDIT", "verdict:AUDIT", "--verdict AUDIT"],
  ["drop-reason-desc", "policy_deny", "reason:POLICY_DENY", "--drop-reason-desc POLICY_DENY"],
  ["type", "drop:133", "reason:POLICY_DENIED", null],
  ["traffic-direction", "egress", "direction:egress", "--traffic-direction egress"],
  ["protocol", "udp", "proto:UDP", "--protocol udp"],
  ["tcp-flags", "syn,ack", null, null],
  ["ipv4", null, "src.ip:0.0.0.0/0", "--from-ip 0.0.0.0/0"],
  ["ipv6", null, "-src.ip:none,0.0.0.0/0", null],
  ["ip-version", "none", "src.ip:none", null],
  ["http-status", "404", null, null],
  ["http-method", "GET", 'l7:"GET "*', "--http-method GET"],
  ["http-path", "^/api", 'l7:*" /api"*', null],
  ["http-url", "/api", null, null],
  ["http-header", "a:b", null, null],
  ["node-name", "west/worker-*", "node:west/worker-*", "--node-name 'west/worker-*'"],
  ["node-label", "a=b", null, null],
  ["interface", "lxc1", null, null],
  ["encrypted", null, null, null],
  ["unencrypted", null, null, null],
  ["reply", null, null, null],
  ["not-reply", null, null, null],
  ["uuid", "a", null, null],
  ["trace-id", "a", null, null],
  ["ip-trace-id", "7", null, null],
  [
    "cel-expression",
    "'x' in _flow.policy_log",
    "tag:x",
    `--cel-expression ${quoteWord("'x' in _flow.policy_log")}`,
  ],
];

function read(command: string) {
  const reading = readHubble(command);
  if (!reading.ok) throw new Error(`${command}: ${reading.error.message}`);
  return { text: formatQuery(reading.query), notes: reading.notes };
}

function commandOf(text: string): string {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return toHubble(parsed.query).commandText;
}

const given = (flag: string, value: string | null) =>
  value === null ? `--${flag}` : `--${flag} ${quoteWord(value)}`;

describe("the table of flags", () => {
  it("has a row here for each flag that selects flows, and no other", () => {
    const selecting = FLAGS.filter(({ kind }) => kind === "filter" || kind === "switch");
    expect(ROWS.map(([flag]) => flag).sort()).toEqual(selecting.map(({ name }) => name).sort());
  });

  it.each(ROWS)("--%s %s reads as %s", (flag, value, query) => {
    const { text, notes } = read(`hubble observe ${given(flag, value)}`);
    if (query === null) {
      expect(text).toBe("");
      const lost = notes.filter(({ level }) => level === "lost");
      expect(lost.map(({ about }) => about.split(" ", 1)[0])).toContain(`--${flag}`);
    } else expect(text).toBe(query);
  });

  it.each(ROWS.filter(([, , query]) => query !== null))(
    "--%s %s comes back when its query is written and read",
    (_flag, _value, query) => {
      expect(read(commandOf(query ?? "")).text).toBe(query);
    },
  );

  it.each(ROWS.filter(([, , , words]) => words !== null))(
    "--%s %s is written with a flag",
    (_flag, _value, query, words) => {
      expect(` ${commandOf(query ?? "")} `).toContain(` ${words} `);
    },
  );

  it.each(ROWS)(
    "--not --%s %s excludes it, or is named as not applicable",
    (flag, value, query) => {
      const { text, notes } = read(`hubble observe --not ${given(flag, value)}`);
      if (query === null) {
        expect(text).toBe("");
        const lost = notes.filter(({ level }) => level === "lost");
        expect(lost.map(({ about }) => about.split(" ", 1)[0])).toContain(`--${flag}`);
      } else if (query.includes(" ") && !query.includes('"')) {
        // Not both of two conditions: alternatives, which one query does not say.
        expect(notes.some(({ level }) => level === "lost")).toBe(true);
      } else expect(text.startsWith("-") !== query.startsWith("-")).toBe(true);
    },
  );
});

describe("flags that select no flows", () => {
  it.each([
    ["--since 2m --until 1m", { since: "2m", until: "1m" }],
    ["--since=2026-11-21T14:00:00Z", { since: "2026-11-21T14:00:00Z" }],
    ["-f", { follow: true }],
  ])("%s is the range", (flags, range) => {
    expect(readHubble(`hubble observe ${flags}`)).toMatchObject({ ok: true, range });
  });

  it.each([
    "--last 5",
    "--first 3",
    "--all",
    "-o json",
    "-P",
    "--server x:4245",
    "--field-mask a,b",
  ])("%s is named", (flags) => {
    const { text, notes } = read(`hubble observe ${flags}`);
    expect(text).toBe("");
    expect(notes.some(({ about }) => flags.startsWith(about.split(" ")[0] ?? "?"))).toBe(true);
  });

  it("names a flag that nobody knows, with the one that was perhaps meant", () => {
    expect(read("hubble observe --verdct DROPPED").notes[0]).toMatchObject({
      level: "lost",
      about: "--verdct",
      text: expect.stringContaining("--verdict"),
    });
  });
});

describe("short flags and forms of values", () => {
  it.each([
    ["-n shop -t drop:181 -4", "ns:shop reason:POLICY_DENY src.ip:0.0.0.0/0"],
    ["-nshop --pod web", "pod:shop/web*"],
    ["-Pf -l app=web", "label:app=web"],
    ["--to-port=443 --to-port=80", "port:443,80"],
    ["--verdict DROPPED --verdict AUDIT", ""],
    ["-A", "ns:*"],
  ])("%s", (flags, query) => {
    expect(read(`hubble observe ${flags}`).text).toBe(query);
  });
});

describe("flags that Hubble refuses together", () => {
  it.each([
    [["namespace", "from-pod"], true],
    [["from-ip", "from-namespace"], true],
    [["from-ip", "from-pod"], true],
    [["label", "to-label"], true],
    [["from-pod", "to-ip"], false],
    [["from-namespace", "to-namespace"], false],
  ])("%s: %s", (names, refused) => {
    expect(refusedTogether(names) !== null).toBe(refused);
  });

  it("are not written together: JSON says it instead", () => {
    const text = commandOf("src.ns:shop src.ip:10.0.0.0/8");
    expect(text).toContain("--allowlist");
    expect(read(text).text).toBe("src.ns:shop src.ip:10.0.0.0/8");
  });
});
