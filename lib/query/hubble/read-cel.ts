/**
 * CEL expressions as people write them in Hubble's filters: tests of tags, policy names, drop reason
 * and verdict, joined by `&&`, `||` and `!`. Anything else is named, not guessed.
 */
import { escapeGlob } from "@/lib/query/glob";
import type { PlainField, Value } from "@/lib/query/query";
import { reasonText } from "@/lib/query/reasons";
import { createReader, DEEPEST, type Reader, tokensOf } from "./cel-tokens";
import { ALWAYS, all, any, type Formula, NEVER, not, termFormula, UNKNOWN } from "./formula";
import { type Note, note } from "./note";
import { globOfExpression, literal, pattern, plainTerm } from "./term-values";

/** Never throws. What it cannot read is `UNKNOWN`, with a note. */
export function readCel(expression: string, notes: Note[]): Formula {
  const tokens = tokensOf(expression);
  const reader = tokens === null ? null : createReader(tokens);
  const formula = reader === null ? null : readOr(reader);
  if (formula !== null && reader !== null && reader.peek() === "") return formula;
  const text =
    "Droplens reads CEL that tests policy_log, the names of denying policies, drop reason and verdict.";
  notes.push(note("lost", expression, `${text} Left out.`));
  return UNKNOWN;
}

function readOr(reader: Reader): Formula | null {
  return readList(reader, "||", readAnd, any);
}

function readAnd(reader: Reader): Formula | null {
  return readList(reader, "&&", readNot, all);
}

function readList(
  reader: Reader,
  operator: string,
  read: (reader: Reader) => Formula | null,
  join: (...of: readonly Formula[]) => Formula,
): Formula | null {
  const parts: Formula[] = [];
  do {
    const part = read(reader);
    if (part === null) return null;
    parts.push(part);
  } while (reader.take(operator));
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : join(...parts);
}

function readNot(reader: Reader): Formula | null {
  reader.depth += 1;
  if (reader.depth > DEEPEST) return null;
  const formula = readUnary(reader);
  reader.depth -= 1;
  return formula;
}

function readUnary(reader: Reader): Formula | null {
  if (reader.take("!")) {
    const inner = readNot(reader);
    return inner === null ? null : not(inner);
  }
  if (reader.take("(")) {
    const inner = readOr(reader);
    return inner !== null && reader.take(")") ? inner : null;
  }
  if (reader.take("true")) return ALWAYS;
  if (reader.take("false")) return NEVER;
  return readMember(reader) ?? readSize(reader) ?? readFlow(reader);
}

const LOG = ["_flow", ".", "policy_log"];

/** `'x' in _flow.policy_log` */
function readMember(reader: Reader): Formula | null {
  const text = reader.text();
  if (text === null) return null;
  if (!reader.take("in", ...LOG)) return null;
  return tagFormula("==", text);
}

const HAS_TAG = termFormula(plainTerm("tag", [{ op: "=", text: "*", glob: true }]));
const IS_NAMED = termFormula(plainTerm("policy", [{ op: "=", text: "*", glob: true }]));

/** `size(_flow.policy_log) == 0` and its like. `[""]` has one element, which is no tag. */
function readSize(reader: Reader): Formula | null {
  if (!reader.take("size", "(", "_flow", ".")) return null;
  const list = reader.word();
  const present = list === "policy_log" ? HAS_TAG : DENIED.test(list ?? "") ? IS_NAMED : null;
  const operator = reader.take(")") ? readOperator(reader) : null;
  const number = reader.number();
  if (present === null || operator === null || number === null) return null;
  const asked = `${operator}${number}`;
  if (["==0", "<1", "<=0"].includes(asked)) return not(present);
  return ["!=0", ">0", ">=1"].includes(asked) ? present : null;
}

function readOperator(reader: Reader): string | null {
  return ["==", "!=", ">=", "<=", ">", "<"].find((operator) => reader.take(operator)) ?? null;
}

const DENIED = /^(egress|ingress)_denied_by$/;

function readFlow(reader: Reader): Formula | null {
  if (!reader.take("_flow", ".")) return null;
  const field = reader.word() ?? "";
  if (field === "policy_log") return readLog(reader);
  if (DENIED.test(field)) return readPolicies(reader);
  if (field === "drop_reason_desc") return readEnum(reader, "DropReason", reasonTerm);
  if (field === "verdict") return readEnum(reader, "Verdict", verdictFormula);
  return null;
}

function readLog(reader: Reader): Formula | null {
  if (!reader.take(".")) return null;
  const method = reader.word() ?? "";
  if (METHODS.has(method) && reader.take("(")) {
    const text = reader.text();
    return text !== null && reader.take(")") ? tagFormula(method, text) : null;
  }
  return method === "exists" ? readExists(reader, (subject) => readTag(reader, subject)) : null;
}

/** `exists(x, …)`; `read` reads one test of `x`. */
function readExists(reader: Reader, read: (subject: string) => Formula | null): Formula | null {
  const subject = reader.take("(") ? reader.word() : null;
  if (subject === null || !reader.take(",")) return null;
  const formula = readAlternatives(reader, subject, read);
  return formula !== null && reader.take(")") ? formula : null;
}

/** Tests joined by `||`: some element passes one of them, so each may be asked by itself. */
function readAlternatives(
  reader: Reader,
  subject: string,
  read: (subject: string) => Formula | null,
): Formula | null {
  return readList(
    reader,
    "||",
    () => {
      if (!reader.take("(")) return read(subject);
      const inner = readAlternatives(reader, subject, read);
      return inner !== null && reader.take(")") ? inner : null;
    },
    any,
  );
}

const METHODS = new Set(["endsWith", "startsWith", "contains", "matches"]);

function readTag(reader: Reader, subject: string): Formula | null {
  const test = readTest(reader, [subject]);
  if (test === null) return null;
  if (test.method === "!=") return test.text === "" ? HAS_TAG : null;
  return tagFormula(test.method, test.text);
}

type Test = { method: string; text: string };

/** `x == 'y'`, `'y' == x` or `x.endsWith('y')`. */
function readTest(reader: Reader, subject: readonly string[]): Test | null {
  const first = reader.text();
  if (first !== null) return reader.take("==", ...subject) ? { method: "==", text: first } : null;
  if (!reader.take(...subject)) return null;
  const operator = ["==", "!="].find((one) => reader.take(one));
  const method = operator ?? (reader.take(".") ? reader.word() : null);
  if (method === null || (operator === undefined && !(METHODS.has(method) && reader.take("(")))) {
    return null;
  }
  const text = reader.text();
  if (text === null || (operator === undefined && !reader.take(")"))) return null;
  return { method, text };
}

function tagFormula(method: string, text: string): Formula | null {
  const value = testValue(method, text);
  if (value === null) return null;
  // An empty text is no tag, and every tag begins with it.
  if (value.text === "") return null;
  return termFormula(plainTerm("tag", [value]));
}

function testValue(method: string, text: string): Value | null {
  const plain = escapeGlob(text);
  if (method === "==") return literal(text);
  if (method === "endsWith") return pattern(`*${plain}`);
  if (method === "startsWith") return pattern(`${plain}*`);
  if (method === "contains") return pattern(text === "" ? "*" : `*${plain}*`);
  return method === "matches" ? globOfExpression(text) : null;
}

/** Tests of `p.name`, `p.namespace` and `p.kind`. */
function readPolicies(reader: Reader): Formula | null {
  if (!reader.take(".", "exists")) return null;
  return readExists(reader, (subject) => readPolicy(reader, subject));
}

const POLICY_FIELDS = new Map<string, PlainField>([
  ["name", "policy"],
  ["namespace", "policy.ns"],
  ["kind", "policy.kind"],
]);

function readPolicy(reader: Reader, subject: string): Formula | null {
  const tests: { field: PlainField; value: Value }[] = [];
  do {
    const test = readPolicyTest(reader, subject);
    if (test === null) return null;
    tests.push(test);
  } while (reader.take("&&"));
  const space = tests.find(({ field }) => field === "policy.ns")?.value;
  const name = tests.find(({ field }) => field === "policy")?.value;
  if (space !== undefined && name !== undefined && tests.length === 2) {
    return termFormula(plainTerm("policy", [pathValue(space, name)]));
  }
  return all(...tests.map(({ field, value }) => termFormula(plainTerm(field, [value]))));
}

function readPolicyTest(
  reader: Reader,
  subject: string,
): { field: PlainField; value: Value } | null {
  const known = [...POLICY_FIELDS].map(([word, field]) => {
    const test = readTest(reader, [subject, ".", word]);
    return test === null ? null : { field, test };
  });
  const found = known.find((one) => one !== null);
  if (found === undefined || found === null) return null;
  const { field, test } = found;
  if (test.method === "!=") {
    return test.text === "" ? { field, value: pattern("*") } : null;
  }
  const value = testValue(test.method, test.text);
  return value === null ? null : { field, value };
}

function pathValue(space: Value, name: Value): Value {
  if (!space.glob && !name.glob) return literal(`${space.text}/${name.text}`);
  const part = (value: Value) => (value.glob ? value.text : escapeGlob(value.text));
  return pattern(`${part(space)}/${part(name)}`);
}

/** `== Verdict.AUDIT`, `== AUDIT`, `== 4`, `!= …` or `in [ … ]`. */
function readEnum(
  reader: Reader,
  type: string,
  read: (name: string) => Formula | null,
): Formula | null {
  const operator = ["==", "!=", "in"].find((one) => reader.take(one));
  if (operator === undefined) return null;
  if (operator !== "in") {
    const formula = readName(reader, type, read);
    return formula === null || operator === "==" ? formula : not(formula);
  }
  if (!reader.take("[")) return null;
  const formula = readList(reader, ",", () => readName(reader, type, read), any);
  return formula !== null && reader.take("]") ? formula : null;
}

function readName(
  reader: Reader,
  type: string,
  read: (name: string) => Formula | null,
): Formula | null {
  reader.take("flow", ".");
  reader.take(type, ".");
  const name = reader.number() ?? reader.word();
  return name === null ? null : read(String(name));
}

function reasonTerm(name: string): Formula | null {
  const text = reasonText(name);
  return text === null ? null : termFormula(plainTerm("reason", [literal(text)]));
}

const VERDICT_NUMBERS = new Map([
  ["2", "DROPPED"],
  ["4", "AUDIT"],
]);

export function verdictFormula(name: string): Formula {
  const verdict = VERDICT_NUMBERS.get(name) ?? name;
  if (verdict !== "DROPPED" && verdict !== "AUDIT") return NEVER;
  return termFormula(plainTerm("verdict", [literal(verdict)]));
}
