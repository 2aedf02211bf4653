/** Terms about the drop as a whole, as filters. */

import { reasonOf } from "@/lib/drops/reason";
import { compileGlob, globParts } from "@/lib/query/glob";
import type { PlainTerm, Value } from "@/lib/query/query";
import { codeOfReasonText, REASON_NAMES } from "@/lib/query/reasons";
import { interval } from "@/lib/query/value-meaning";
import { type Answer, anyAnswer, holdsIn, holdsUnless, lost, NOTHING, problem } from "./answer";
import { celTest, celText, DENIED_BY, escapeRegex, POLICY_LOG } from "./cel";
import type { FilterValue } from "./flow-filter";
import { MOST_LISTED } from "./side-filters";

export const POLICY_REASONS = ["POLICY_DENIED", "POLICY_DENY", "AUTH_REQUIRED"] as const;
const L7_EVENTS = { event_type: [{ type: 129 }] };
const AUDITED = { verdict: ["AUDIT"] };

export function plainAnswer({ field, values }: PlainTerm): Answer {
  switch (field) {
    case "verdict":
      return holdsIn("verdict", textsOf(values));
    case "direction":
      return holdsIn("traffic_direction", textsOf(values).map(directionName));
    case "reason":
      return reasonAnswer(values);
    case "proto":
      return protoAnswer(values);
    case "port":
      return portAnswer(values);
    case "l7":
      return anyAnswer(values.map(l7Answer));
    case "node":
      return anyAnswer(values.map(nodeAnswer));
    case "cluster":
      return anyAnswer(values.map(clusterAnswer));
    case "tag":
      return tagAnswer(values);
    case "tag.state":
      return tagStateAnswer(values);
    case "policy":
    case "policy.ns":
    case "policy.kind":
      return policyAnswer(field, values);
    case "attribution":
      return anyAnswer(values.map(attributionAnswer));
    case "certainty":
      return lost(
        "Hubble does not say how sure an attribution is. Nearest: policy:* and policy:none.",
      );
    case "expected":
      return lost("Expectations are Droplens's own. Nearest: their queries, each as an exclusion.");
    case "source":
      return lost("Sources are Droplens's own. Nearest: --server with the address of that relay.");
    case "group":
      return lost(
        "Groups are Droplens's own. Nearest: the group's policy, tag, verdict and direction.",
      );
    case "series":
      return lost("Series are Droplens's own. Nearest: its ends, port and reason.");
  }
}

const textsOf = (values: readonly Value[]) => [...new Set(values.map(({ text }) => text))];

function directionName(text: string): string {
  return text === "unknown" ? "TRAFFIC_DIRECTION_UNKNOWN" : text.toUpperCase();
}

/** Audited packets and refused requests have no reason. Hubble's field never matches the former. */
function reasonAnswer(values: readonly Value[]): Answer {
  const reasons = new Set<FilterValue>();
  const others: Answer[] = [];
  for (const { glob, text } of values) {
    if (glob) {
      for (const name of REASON_NAMES.filter(compileGlob(text))) reasons.add(name);
      const newer = "Only the reasons that this Droplens knows are listed.";
      others.push(problem("narrower", newer));
    } else if (text === "") {
      reasons.add("DROP_REASON_UNKNOWN");
      others.push({ ...NOTHING, holds: [AUDITED] });
    } else {
      const code = codeOfReasonText(text);
      reasons.add(REASON_NAMES.includes(text) ? reasonOf(code).name : code);
    }
  }
  return anyAnswer([holdsIn("drop_reason_desc", [...reasons]), ...others]);
}

const PROTOCOLS = ["TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6", "VRRP", "IGMP"];

function protoAnswer(values: readonly Value[]): Answer {
  const names = new Set(
    values.flatMap(({ text }) => (text === "ICMP" ? ["ICMPv4", "ICMPv6"] : [text])),
  );
  if (!names.has("")) return holdsIn("protocol", protocolTexts(names));
  const others = new Set(PROTOCOLS.filter((name) => !names.has(name)));
  return others.size === 0
    ? { ...NOTHING, holds: [{}] }
    : holdsUnless({ protocol: protocolTexts(others) });
}

function protocolTexts(names: ReadonlySet<string>): string[] {
  const both = names.has("ICMPv4") && names.has("ICMPv6");
  const kept = [...names].filter((name) => !both || !name.startsWith("ICMP"));
  return [...kept.map((name) => name.toLowerCase()), ...(both ? ["icmp"] : [])];
}

/** ICMP types that are in use: there Droplens's port is not Hubble's. */
const ICMP_TYPES: readonly [number, number][] = [
  [0, 43],
  [100, 101],
  [127, 161],
  [200, 201],
  [253, 255],
];

function portAnswer(values: readonly Value[]): Answer {
  const ports = new Set<number>();
  const answers: Answer[] = [];
  for (const value of values) {
    const { from, to } = interval(value);
    if (from === 0) answers.push(lost("Hubble cannot ask for packets without a port."));
    else if (Math.min(to, 65_535) - from >= MOST_LISTED) {
      answers.push(
        lost("Hubble takes ports one by one, no range. Nearest: list the ports that matter."),
      );
    } else for (let port = from; port <= Math.min(to, 65_535); port += 1) ports.add(port);
  }
  if ([...ports].some((port) => ICMP_TYPES.some(([from, to]) => port >= from && port <= to))) {
    const text = "For ICMP, Droplens's port is the ICMP type, which Hubble cannot filter by.";
    answers.push(problem("narrower", text));
  }
  return anyAnswer([holdsIn("destination_port", [...ports].map(String)), ...answers]);
}

const HTTP_LINE = /^([A-Za-z]+) (?=\S)/;

/** The line is `GET /path` for HTTP and the bare name for DNS; only HTTP's has a space. */
function l7Answer(value: Value): Answer {
  if (value.text === "") return holdsUnless(L7_EVENTS);
  const parts = value.glob ? globParts(value.text) : [value.text];
  if (value.glob && value.text === "*") return { ...NOTHING, holds: [L7_EVENTS] };
  if (value.glob && value.text === "* *") return holdsIn("http_path", ["^"]);
  const [head = "", ...rest] = parts;
  const method = HTTP_LINE.exec(head) ?? (value.glob ? /^([A-Za-z]+) $/.exec(head) : null);
  if (method !== null) {
    const path = [head.slice(method[0].length), ...rest];
    const isAnyPath = path.join("") === "" && path.length > 1;
    const paths = isAnyPath ? {} : { http_path: [expressionOf(path, "")] };
    return { ...NOTHING, holds: [{ http_method: [(method[1] ?? "").toUpperCase()], ...paths }] };
  }
  const whole = parts.join("*");
  if (whole.startsWith("* /")) {
    const [first = "", ...more] = rest;
    return holdsIn("http_path", [expressionOf([first.slice(1), ...more], "")]);
  }
  if (whole.includes(" ")) return lost("Hubble asks for a method and a path, or for a DNS name.");
  if (value.glob && beginsMethod(head)) {
    return lost(
      "A method and a path are asked for apart: put the space between them in the pattern.",
    );
  }
  const names = holdsIn("dns_query", [expressionOf(parts, "\\.?")]);
  if (!value.glob || head !== "") return names;
  const paths = holdsIn("http_path", [expressionOf(parts, "")]);
  return anyAnswer([names, paths]);
}

const METHODS = "GET HEAD POST PUT PATCH DELETE OPTIONS CONNECT TRACE".split(" ");

/** Whether a star after it could stand for the rest of a method, the space and a path. */
function beginsMethod(head: string): boolean {
  return head !== "" && METHODS.some((method) => method.startsWith(head.toUpperCase()));
}

/** Anchored, in any case. */
function expressionOf(parts: readonly string[], end: string): string {
  return `(?i)^${parts.map(escapeRegex).join(".*")}${end}$`;
}

const NODE_PART = /^[-a-zA-Z0-9.]*$/;

function isNodePattern(parts: readonly string[]): boolean {
  return parts.every((part) => NODE_PART.test(part)) && parts.join("*") !== "";
}

function nodeAnswer(value: Value): Answer {
  const slash = value.text.indexOf("/");
  const [cluster, name] = [
    slash < 0 ? "*" : value.text.slice(0, slash),
    value.text.slice(slash + 1),
  ];
  const clusters = value.glob || slash < 0 ? globParts(cluster) : [cluster];
  const names = value.glob ? globParts(name) : [name];
  if (!isNodePattern(clusters) || !isNodePattern(names)) return unsayableNode();
  return holdsIn("node_name", [`${clusters.join("*")}/${names.join("*")}`]);
}

function clusterAnswer(value: Value): Answer {
  const parts = value.glob ? globParts(value.text) : [value.text];
  if (!isNodePattern(parts)) return unsayableNode();
  return holdsIn("node_name", [`${parts.join("*")}/`]);
}

function unsayableNode(): Answer {
  return lost("Hubble takes letters, digits, - and . in names of nodes, and * between them.");
}

const HAS_TAG = `${POLICY_LOG}.exists(x, x != '')`;
const NO_TAG_KNOWN =
  "Hubble does not tell a drop without a tag from one whose tags were not exported.";

function tagAnswer(values: readonly Value[]): Answer {
  const expressions = values.filter(({ text }) => text !== "").map(tagExpression);
  const none = values.some(({ text }) => text === "");
  return anyAnswer([
    holdsIn("cel_expression", expressions),
    ...(none ? [holdsUnless({ cel_expression: [HAS_TAG] }), problem("wider", NO_TAG_KNOWN)] : []),
  ]);
}

function tagExpression(value: Value): string {
  if (!value.glob) return `${celText(value.text)} in ${POLICY_LOG}`;
  return `${POLICY_LOG}.exists(x, ${celTest("x", value)})`;
}

function tagStateAnswer(values: readonly Value[]): Answer {
  const states = new Set(textsOf(values));
  const hasOpen = states.has("untagged") !== states.has("unreported");
  if (states.size === 3) return { ...NOTHING, holds: [{}] };
  return anyAnswer([
    ...(states.has("tagged") ? [holdsIn("cel_expression", [HAS_TAG])] : []),
    ...(states.has("untagged") || states.has("unreported")
      ? [holdsUnless({ cel_expression: [HAS_TAG] })]
      : []),
    ...(hasOpen ? [problem("wider", NO_TAG_KNOWN)] : []),
  ]);
}

function policyAnswer(
  field: "policy" | "policy.ns" | "policy.kind",
  values: readonly Value[],
): Answer {
  const tests = values.flatMap((value) => policyTest(field, value) ?? []);
  const none = field === "policy" && values.some(({ text }) => text === "");
  const named = DENIED_BY.map((list) => `${list}.exists(p, p.name != '')`);
  return anyAnswer([
    tests.length === 0
      ? NOTHING
      : holdsIn(
          "cel_expression",
          DENIED_BY.map((list) => `${list}.exists(p, ${tests.join(" || ")})`),
        ),
    ...(none ? [holdsUnless({ cel_expression: named })] : []),
  ]);
}

function policyTest(field: "policy" | "policy.ns" | "policy.kind", value: Value): string | null {
  if (field === "policy.kind") return celTest("p.kind", value);
  if (field === "policy.ns") return celTest("p.namespace", value);
  if (value.text === "") return null;
  const slash = value.text.indexOf("/");
  if (slash < 0) return celTest("p.name", value);
  const space = { ...value, text: value.text.slice(0, slash) };
  const name = { ...value, text: value.text.slice(slash + 1) };
  const tests = [["p.namespace", space] as const, ["p.name", name] as const]
    .filter(([, { glob, text }]) => !(glob && text === "*"))
    .map(([subject, part]) => celTest(subject, asPlain(part)));
  return tests.length === 2 ? `(${tests.join(" && ")})` : (tests[0] ?? "p.name != ''");
}

/** A pattern without a star is a text. */
function asPlain(value: Value): Value {
  const parts = globParts(value.text);
  return value.glob && parts.length === 1 ? { ...value, glob: false, text: parts[0] ?? "" } : value;
}

const BY_REASON =
  "Droplens goes by the named policies, this by the drop reason; audited packets and requests of layer 7 have none.";

function attributionAnswer({ text }: Value): Answer {
  const reasons = text === "policy" ? ["POLICY_DENY", "AUTH_REQUIRED"] : ["POLICY_DENIED"];
  if (text === "other") {
    return anyAnswer([
      holdsUnless({ drop_reason_desc: [...POLICY_REASONS] }, AUDITED, L7_EVENTS),
      problem("wider", BY_REASON),
    ]);
  }
  const events = text === "policy" ? [AUDITED, L7_EVENTS] : [AUDITED];
  return anyAnswer([
    holdsIn("drop_reason_desc", reasons),
    { ...NOTHING, holds: events },
    problem("wider", BY_REASON),
  ]);
}
