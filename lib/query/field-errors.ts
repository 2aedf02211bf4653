/** Errors about field names: what other tools call our fields, and what was nearly written. */
import { FIELD_NAMES, findField } from "./fields";
import type { QueryError } from "./query-error";
import { nearest } from "./query-error";
import { shown } from "./values";

/** What other tools call our fields. */
const ALSO_CALLED = new Map<string, string>([
  ["namespace", "ns"],
  ["protocol", "proto"],
  ["dport", "port"],
  ["dst.port", "port"],
  ["host", "fqdn"],
  ["dns", "fqdn"],
  ["name", "fqdn"],
  ["log", "tag"],
  ["policy_log", "tag"],
  ["policy.namespace", "policy.ns"],
  ["drop_reason", "reason"],
  ["drop_reason_desc", "reason"],
  ["address", "ip"],
  ["cidr", "ip"],
  ["labels", "label"],
  ["service", "workload"],
  ["deployment", "workload"],
  ["app", "label"],
  ["k8s", "label"],
]);

const SIDES = new Map<string, string>([
  ["source", "src"],
  ["from", "src"],
  ["destination", "dst"],
  ["dest", "dst"],
  ["to", "dst"],
]);

/** `written` stands before a colon at `at`; `word` is all of it up to the next space. */
export function unknownField(
  written: string,
  at: number,
  word: string,
  negated: boolean,
): QueryError {
  const place = { at, length: written.length };
  if (written === "") {
    return { message: "Expected a field before the colon.", at, length: 1, expected: fieldWords() };
  }
  const unsigned = written.replace(/^!/, "");
  if (findField(unsigned) !== null) {
    const suggestion = negated ? unsigned : `-${unsigned}`;
    return { message: "A leading minus means NOT.", ...place, suggestion };
  }
  const near = suggestField(written);
  const hint =
    near === null ? `Quote "${shown(word)}" to search for it as text.` : `Did you mean ${near}?`;
  return {
    message: `There is no field “${shown(written)}”. ${hint}`,
    ...place,
    expected: fieldWords(),
    ...(near === null ? {} : { suggestion: near }),
  };
}

function suggestField(written: string): string | null {
  const lower = written.toLowerCase();
  const dot = lower.indexOf(".");
  const rest = lower.slice(dot + 1);
  const side = dot < 0 ? "" : lower.slice(0, dot);
  const end = dot < 0 ? "" : `${SIDES.get(side) ?? side}.`;
  const tries = [ALSO_CALLED.get(lower), `${end}${ALSO_CALLED.get(rest) ?? rest}`, rest];
  const known = tries.find((name) => name !== undefined && findField(name) !== null);
  return known ?? nearest(lower, FIELD_NAMES);
}

/** Every field as it may stand in a query. */
export function fieldWords(): string[] {
  return FIELD_NAMES.map((name) => `${name}:`);
}
