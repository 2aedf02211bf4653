/**
 * The few CEL expressions the demo relay understands: tests of `_flow.policy_log`. Everything else
 * is refused by name, because an expression that is not evaluated must not look as if it were.
 */
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import { FilterError } from "./filter-error";

const STRING = String.raw`(?:'([^'\\]*)'|"([^"\\]*)")`;
const LIST = String.raw`_flow\.policy_log`;
const IN = new RegExp(`^${STRING} in ${LIST}$`);
const EXISTS = new RegExp(
  `^${LIST}\\.exists\\(\\s*(\\w+)\\s*,\\s*(\\w+)\\s*(?:==\\s*${STRING}|\\.(endsWith|startsWith|contains)\\(\\s*${STRING}\\s*\\))\\s*\\)$`,
);
const SIZE = new RegExp(`^size\\(${LIST}\\) (==|!=|>) (\\d+)$`);
const ON_LIST = new RegExp(`^${LIST}\\.(endsWith|startsWith|contains|matches)\\(`);

export function compileCel(expression: string): (flow: Flow) => boolean {
  const text = withoutParens(expression.trim().replace(/\s+/g, " "));
  if (text.startsWith("!(") && withoutParens(text.slice(1)) !== text.slice(1)) {
    const inner = compileCel(text.slice(1));
    return (flow) => !inner(flow);
  }
  const test = memberTest(text) ?? existsTest(text) ?? sizeTest(text);
  if (test) return (flow) => test(flow.policy_log);
  const method = ON_LIST.exec(text)?.[1];
  throw new FilterError(
    method
      ? `failed to compile CEL expression: found no matching overload for '${method}' applied to 'list(string).(string)'`
      : `the demo relay evaluates no CEL but tests of _flow.policy_log, not: ${expression}`,
  );
}

type ListTest = (values: readonly string[]) => boolean;

function memberTest(text: string): ListTest | null {
  const match = IN.exec(text);
  if (!match) return null;
  const wanted = match[1] ?? match[2] ?? "";
  return (values) => values.includes(wanted);
}

function existsTest(text: string): ListTest | null {
  const match = EXISTS.exec(text);
  if (!match || match[1] !== match[2]) return null;
  const [, , , single, double, method, argument, quoted] = match;
  const wanted = argument ?? quoted ?? single ?? double ?? "";
  switch (method) {
    case "endsWith":
      return (values) => values.some((value) => value.endsWith(wanted));
    case "startsWith":
      return (values) => values.some((value) => value.startsWith(wanted));
    case "contains":
      return (values) => values.some((value) => value.includes(wanted));
    default:
      return (values) => values.includes(wanted);
  }
}

function sizeTest(text: string): ListTest | null {
  const match = SIZE.exec(text);
  if (!match) return null;
  const wanted = Number(match[2]);
  if (match[1] === "==") return (values) => values.length === wanted;
  return match[1] === ">" ? (values) => values.length > wanted : (v) => v.length !== wanted;
}

/** Strips parentheses that enclose the whole of it. */
function withoutParens(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth += 1;
    if (text[i] === ")") depth -= 1;
    if (depth === 0 && i < text.length - 1) return text;
  }
  return withoutParens(text.slice(1, -1).trim());
}
