/**
 * The two flows a drop was joined from, field by field: which one had it, and which one Droplens
 * kept. Reads Hubble's JSON (proto field names) as it came, and takes nothing for granted.
 */
import { policyValue } from "@/components/triage/policy-value";
import type { DropDetails } from "@/lib/drops/view";
import type { FieldName } from "@/lib/query/query";

export type JoinedRow = {
  name: string;
  verdict: string;
  drop: string;
  /** Which of the two the drop was given it from. */
  kept: "verdict" | "drop" | "none";
  /** Of each flow the parts that can be asked for; empty where its text has none. */
  asked: { verdict: readonly JoinedValue[]; drop: readonly JoinedValue[] };
};

/** A part of a text as a value of the query. */
export type JoinedValue = { field: FieldName; value: string; text: string };

export function compareFlows(details: DropDetails): JoinedRow[] {
  const verdict = details.verdictFlow;
  const drop = details.dropFlow;
  const row = (
    name: string,
    read: (flow: unknown) => string,
    prefer: "verdict" | "drop",
    ask: (flow: unknown) => readonly JoinedValue[] = () => [],
  ): JoinedRow => {
    const texts = { verdict: read(verdict), drop: read(drop) };
    const other = prefer === "verdict" ? "drop" : "verdict";
    const kept = texts[prefer] !== "" ? prefer : texts[other] !== "" ? other : "none";
    return { name, ...texts, kept, asked: { verdict: ask(verdict), drop: ask(drop) } };
  };
  // Both flows are of the drop, which has these as the query language writes them.
  const ofDrop =
    (field: "direction" | "node", read: (flow: unknown) => string) =>
    (flow: unknown): readonly JoinedValue[] => {
      const value = details.drop[field];
      return read(flow) === "" || value === "" ? [] : [{ field, value, text: read(flow) }];
    };
  return [
    row("Time", timeOf, "verdict"),
    row("Event", eventOf, "verdict"),
    row("Policy", policiesOf, "verdict", askedPolicies),
    row("Tag", (flow) => tagsOf(flow).join(", "), "verdict", askedTags),
    row("Match", matchOf, "verdict"),
    row("Direction", directionOf, "verdict", ofDrop("direction", directionOf)),
    row("Reason", reasonOf, "drop", askedReason),
    row("Code place", placeOf, "drop"),
    row("Node", nodeOf, "verdict", ofDrop("node", nodeOf)),
  ];
}

/** Milliseconds between the two flows, or null where one is missing. */
export function apartMs(details: DropDetails): number | null {
  const times = [details.verdictFlow, details.dropFlow].map((flow) =>
    nanoseconds(text(at(flow, "time"))),
  );
  const [first, second] = times;
  if (first === undefined || second === undefined || first === null || second === null) return null;
  return Math.abs(Number(first - second)) / 1e6;
}

/** Hubble writes up to nine digits of a second; `Date` keeps three. */
function nanoseconds(time: string): bigint | null {
  const parts = /^(.+?)(?:\.(\d{1,9}))?Z$/.exec(time);
  const wholeMs = Date.parse(`${parts?.[1] ?? ""}Z`);
  if (Number.isNaN(wholeMs)) return null;
  return BigInt(wholeMs) * 1_000_000n + BigInt((parts?.[2] ?? "0").padEnd(9, "0"));
}

function timeOf(flow: unknown): string {
  return /T(\d\d:\d\d:\d\d(?:\.\d{1,6})?)/.exec(text(at(flow, "time")))?.[1] ?? "";
}

function eventOf(flow: unknown): string {
  const type = at(flow, "event_type", "type");
  const names: Record<string, string> = { "1": "drop", "5": "policy verdict", "129": "L7" };
  const number = text(type);
  return number === "" ? "" : `${names[number] ?? "type"} (${number})`;
}

const POLICY_LISTS = ["ingress_denied_by", "egress_denied_by"];

function policiesOf(flow: unknown): string {
  return askedPolicies(flow)
    .map((policy) => policy.text)
    .join(", ");
}

function askedPolicies(flow: unknown): JoinedValue[] {
  return POLICY_LISTS.flatMap((list) => listOf(at(flow, list))).map((policy) => {
    const namespace = text(at(policy, "namespace"));
    const value = policyValue({ namespace, name: text(at(policy, "name")) });
    return { field: "policy", value, text: value.replace(/^\//, "") };
  });
}

function tagsOf(flow: unknown): string[] {
  return listOf(at(flow, "policy_log"))
    .map(text)
    .filter((tag) => tag !== "");
}

function askedTags(flow: unknown): JoinedValue[] {
  return tagsOf(flow).map((tag) => ({ field: "tag", value: tag, text: tag }));
}

function directionOf(flow: unknown): string {
  return text(at(flow, "traffic_direction"));
}

function nodeOf(flow: unknown): string {
  return text(at(flow, "node_name"));
}

/** `policy_match_type`: what in the policy map matched; 0 is nothing, so the default applied. */
const MATCHES: Record<string, string> = {
  "0": "none (default)",
  "1": "L3 only",
  "2": "L3 and L4",
  "3": "L4 only",
  "4": "all",
  "5": "L3 and protocol",
  "6": "protocol only",
};

function matchOf(flow: unknown): string {
  if (text(at(flow, "event_type", "type")) !== "5") return "";
  const match = text(at(flow, "policy_match_type"));
  return MATCHES[match === "" ? "0" : match] ?? match;
}

function reasonOf(flow: unknown): string {
  return text(at(flow, "drop_reason_desc")) || text(at(flow, "drop_reason"));
}

/** Only a name is a value of the query; older relays send the number alone. */
function askedReason(flow: unknown): JoinedValue[] {
  const name = text(at(flow, "drop_reason_desc"));
  return name === "" ? [] : [{ field: "reason", value: name, text: name }];
}

function placeOf(flow: unknown): string {
  const name = text(at(flow, "file", "name"));
  const line = text(at(flow, "file", "line"));
  return line === "" ? name : `${name}:${line}`;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Object.hasOwn(found, name) ? Reflect.get(found, name) : undefined;
  }
  return found;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
