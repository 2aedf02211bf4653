/**
 * Filters made of a query, asked of the demo relay's own filter code, select the same packets as the
 * query itself; and what is read back from the command is the same query again.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileFilters } from "@/lib/demo/filter";
import { FilterError } from "@/lib/demo/filter-error";
import { buildDrop } from "@/lib/drops/build-drop";
import type { Drop } from "@/lib/drops/drop";
import { createSeriesIndex } from "@/lib/drops/series";
import { decodeLine } from "@/lib/hubble/decode";
import type { Flow as WireFlow } from "@/lib/hubble/generated/flow/flow";
import { messageFromJson } from "@/lib/hubble/read-json";
import { parseFlowFilters } from "@/lib/hubble/relay-filters";
import { formatQuery } from "@/lib/query/format";
import { compileQuery } from "@/lib/query/match";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";
import { readHubble } from "./from-hubble";
import { toHubble } from "./to-hubble";

const POD_END = fc.record({
  identity: fc.constantFrom(1234, 30_001),
  namespace: fc.constantFrom("shop", "web", "kube-system"),
  pod_name: fc.constantFrom("web-1", "web-10", "api-0", "web"),
  labels: fc.subarray(["k8s:app=web", "k8s:app=api", "k8s:tier", "any:zone=a"], { minLength: 1 }),
});
const OUTSIDE_END = fc.constantFrom(
  { identity: 2, labels: ["reserved:world"] },
  { identity: 16_777_217, labels: ["cidr:10.0.0.0/8", "reserved:world"] },
  { identity: 1, labels: ["reserved:host"] },
  { identity: 7, labels: ["reserved:kube-apiserver", "reserved:host"] },
);
const END = fc.oneof({ weight: 2, arbitrary: POD_END }, { weight: 1, arbitrary: OUTSIDE_END });

const ADDRESSES = fc.constantFrom(
  { source: "10.0.1.5", destination: "203.0.113.7", ipVersion: "IPv4" },
  { source: "10.0.1.5", destination: "10.1.2.3", ipVersion: "IPv4" },
  { source: "2001:db8::1", destination: "2001:db8:1::2", ipVersion: "IPv6" },
);
const PORT = fc.constantFrom(53, 80, 85, 443);
const LAYER_4 = fc.oneof(
  PORT.map((port) => ({
    TCP: { source_port: 40_000, destination_port: port, flags: { SYN: true } },
  })),
  PORT.map((port) => ({ UDP: { source_port: 40_000, destination_port: port } })),
  fc.constantFrom({ ICMPv4: { type: 8 } }, { ICMPv6: { type: 128 } }),
);
const NAMES = fc.subarray(["api.example.com", "eu.Telemetry.example.com", "example.org"]);

const DECISION = fc.constantFrom(
  { verdict: "DROPPED", drop_reason: 133, drop_reason_desc: "POLICY_DENIED" },
  { verdict: "DROPPED", drop_reason: 181, drop_reason_desc: "POLICY_DENY" },
  { verdict: "DROPPED", drop_reason: 189, drop_reason_desc: "AUTH_REQUIRED" },
  { verdict: "AUDIT" },
);
const L7 = fc.constantFrom(
  { type: "REQUEST", http: { method: "GET", url: "http://x/api/v1?q=1" } },
  { type: "REQUEST", http: { method: "POST", url: "http://x/login" } },
  { type: "REQUEST", dns: { query: "api.example.com." } },
  { type: "REQUEST", dns: { query: "Login.example.org." } },
);
const EVENT = fc.oneof(
  { weight: 4, arbitrary: DECISION.map((decision) => ({ ...decision, event_type: { type: 5 } })) },
  {
    weight: 1,
    arbitrary: L7.map((l7) => ({ verdict: "DROPPED", Type: "L7", event_type: { type: 129 }, l7 })),
  },
);

const FLOW = fc
  .record({
    event: EVENT,
    source: END,
    destination: END,
    IP: fc.option(ADDRESSES, { nil: undefined, freq: 8 }),
    l4: fc.option(LAYER_4, { nil: undefined, freq: 8 }),
    traffic_direction: fc.constantFrom("EGRESS", "INGRESS", "TRAFFIC_DIRECTION_UNKNOWN"),
    node_name: fc.constantFrom("west/worker-1", "east/worker-2", "worker-1"),
    source_names: NAMES,
    destination_names: NAMES,
    policy_log: fc.subarray(["expected", "app-blocked", "it's", "", "a\\b"]),
  })
  .map(({ event, ...rest }) => ({ ...event, ...rest, uuid: "u", time: "2026-11-21T00:00:00Z" }));

type Packet = { wire: WireFlow; drop: Drop };

/** Set AGREEMENT_SEED to run a failed case again: it chooses the packets and the queries. */
const SEED = Number(process.env.AGREEMENT_SEED ?? Math.floor(Math.random() * 2 ** 31));

const seriesIndex = createSeriesIndex({ capacity: 4_096 });

/** The same record as Hubble's filters and as Droplens see it. */
function packetOf(json: object): Packet {
  const event = decodeLine(JSON.stringify({ flow: json }));
  if (event.kind !== "flow") throw new Error(JSON.stringify(event));
  const series = seriesIndex.of(event.flow, null);
  const drop = buildDrop(event.flow, null, { series, attempt: 1, origin: "relay" });
  return { wire: messageFromJson("flow.Flow", json, { strict: true }), drop };
}

/** Terms that Hubble can express, but for those that notes speak of. One line, one field. */
const TERMS: readonly (readonly string[])[] = [
  ["verdict:AUDIT", "verdict:DROPPED", "-verdict:AUDIT"],
  [
    "src.ns:shop",
    "ns:shop,web",
    "-ns:web",
    "dst.ns:none",
    "ns:none",
    "-src.ns:none",
    "-dst.ns:shop,web",
  ],
  [
    "pod:web-*",
    "src.pod:shop/web-*",
    "-pod:kube-system/api*",
    "dst.pod:none",
    "pod:*",
    "pod:*/web*",
    "pod:web-1*,shop/api*",
  ],
  [
    "identity:world",
    "-src.identity:host",
    "dst.identity:1234,30001",
    "identity:30001",
    "-identity:kube-apiserver,1234",
    "identity:1..9",
  ],
  [
    "label:k8s:app=web",
    "src.label:app",
    "-dst.label:app=api",
    "label:app=*",
    "label:tier,zone=a",
    "-label:reserved:world",
  ],
  [
    "dst.fqdn:*.example.com",
    "fqdn:api.example.com",
    "-fqdn:*telemetry*",
    "src.fqdn:none",
    "fqdn:*",
    "dst.fqdn:example.org,none",
  ],
  [
    "ip:10.0.0.0/8",
    "src.ip:10.0.1.5",
    "dst.ip:2001:db8::/32",
    "-ip:2001:db8::1",
    "ip:none",
    "ip:::/0",
    "-dst.ip:203.0.113.7,none",
  ],
  ["port:443", "-port:53,80", "port:80..90", "port:<86", "-port:>60000"],
  [
    "proto:TCP",
    "proto:ICMP",
    "-proto:UDP",
    "proto:UDP,none",
    "proto:none",
    "-proto:none,TCP",
    "proto:TCP,ICMPv4",
  ],
  ["direction:egress", "-direction:egress", "direction:unknown", "direction:ingress,unknown"],
  [
    "reason:POLICY_DENIED",
    "reason:181,189",
    "-reason:POLICY_DENY",
    "reason:none",
    "-reason:none",
    "reason:POLICY_*",
    "reason:999,133",
  ],
  ["node:worker-*", "node:west/worker-1", "-node:east/*", "node:*-2"],
  ["cluster:west", "cluster:default,east", "-cluster:*st"],
  [
    "tag:expected",
    "tag:app-*",
    "tag:*-blocked",
    "tag:*cte*",
    "-tag:expected",
    "-tag:*ed",
    "tag:it's",
    'tag:"a\\\\b",expected',
  ],
  [
    "l7:*",
    "-l7:none",
    "l7:none",
    'l7:"GET /api"*',
    'l7:*" "*',
    "l7:api.example.com",
    'l7:*" /LOGIN"',
    "-l7:*login*",
    'l7:"POST "*',
  ],
  [
    "attribution:policy",
    "attribution:default-deny",
    "-attribution:other",
    "certainty:none",
    "expected:true",
    "shop",
    "workload:web",
    "port:>=1024",
    "tag.state:untagged",
    "src.pod:web-1",
    "ns:s*",
  ],
];

const QUERY = fc
  .tuple(
    ...TERMS.map((line) =>
      fc.option(fc.constantFrom(...line), { freq: 5, nil: null }).map((term) => term),
    ),
  )
  .chain((terms) =>
    fc.shuffledSubarray(
      terms.filter((term) => term !== null),
      { maxLength: 4 },
    ),
  )
  .map((terms) => parsed(terms.join(" ")));

function parsed(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`);
  return result.query;
}

/** What the relay would select; null where it knows too little CEL. */
function relayFilter({ allowlist, denylist }: ReturnType<typeof toHubble>) {
  const lists = [allowlist, denylist].map((list) => {
    const read = parseFlowFilters(JSON.stringify(list));
    if ("problem" in read) throw new Error(read.problem);
    return read.filters;
  });
  try {
    return compileFilters(lists[0] ?? [], lists[1] ?? []);
  } catch (error) {
    if (error instanceof FilterError && error.message.includes("CEL")) return null;
    throw error;
  }
}

/** About the twin, which a policy verdict is not. */
const isTwinNote = ({ about }: { about: string }) => about === "event_type";

describe("the filters of a query", () => {
  // Decoded once and drawn often: reading a packet costs more than asking it.
  const stock = fc.sample(FLOW, { numRuns: 3_000, seed: SEED }).map(packetOf);
  const packets = fc.array(fc.constantFrom(...stock), { minLength: 4, maxLength: 8 });
  const clue = (words: string, { drop }: Packet) =>
    `AGREEMENT_SEED=${SEED}: ${words}, ${JSON.stringify(drop)}`;

  it("select the same packets; where notes say that they differ, more", () => {
    const counts = { exact: 0, wider: 0, skipped: 0, matched: 0 };
    fc.assert(
      fc.property(QUERY, packets, (query, given) => {
        const made = toHubble(query);
        const test = relayFilter(made);
        const notes = made.notes.filter((note) => !isTwinNote(note));
        if (test === null || notes.some(({ level }) => level === "warning")) {
          counts.skipped += 1;
          return;
        }
        const isExact = notes.every(({ level }) => level === "hint");
        counts[isExact ? "exact" : "wider"] += 1;
        const matcher = compileQuery(query);
        for (const packet of given) {
          const wanted = matcher.drop(packet.drop);
          if (wanted) counts.matched += 1;
          if ((isExact || wanted) && test(packet.wire) !== wanted) {
            expect.fail(clue(formatQuery(query), packet));
          }
        }
      }),
      { numRuns: 10_000, seed: SEED },
    );
    expect(counts.exact).toBeGreaterThan(5_000);
    expect(counts.wider).toBeGreaterThan(500);
    expect(counts.matched).toBeGreaterThan(2_000);
  }, 300_000);

  it("read back from the command, select the same drops", () => {
    let compared = 0;
    fc.assert(
      fc.property(QUERY, packets, (query, given) => {
        const made = toHubble(query);
        // Reserved numbers read as names, which mean their labels as well; a note says so.
        if (formatQuery(query).includes("1..9")) return;
        if (made.notes.some((note) => note.level !== "hint" && !isTwinNote(note))) return;
        const reading = readHubble(made.commandText);
        if (!reading.ok) throw new Error(reading.error.message);
        if (reading.notes.some(({ level }) => level === "lost")) return;
        compared += 1;
        const [before, after] = [query, reading.query].map((one) => compileQuery(one));
        for (const packet of given) {
          if (after?.drop(packet.drop) === before?.drop(packet.drop)) continue;
          expect.fail(clue(`${formatQuery(query)} -> ${formatQuery(reading.query)}`, packet));
        }
      }),
      { numRuns: 10_000, seed: SEED },
    );
    expect(compared).toBeGreaterThan(4_000);
  }, 300_000);
});
