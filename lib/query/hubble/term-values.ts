/** Values and terms as readers of filters make them. */
import { escapeGlob } from "@/lib/query/glob";
import type { PlainField, PlainTerm, Value } from "@/lib/query/query";

export function literal(text: string): Value {
  return { op: "=", text, glob: false };
}

export function pattern(text: string): Value {
  return { op: "=", text, glob: true };
}

export function plainTerm(field: PlainField, values: readonly Value[]): PlainTerm {
  return { field, negated: false, values };
}

/**
 * A regular expression that is a glob: literal characters, `.*`, `^` and `$`. Null for others.
 * `(?i)` and `(?s)` are taken; what they mean beside a glob is nothing or little.
 */
export function globOfExpression(expression: string): Value | null {
  const source = expression.replace(/^\(\?[is]+\)/, "");
  const isStart = source.startsWith("^");
  const parts = isStart ? [""] : ["", ""];
  const add = (text: string) => parts.push((parts.pop() ?? "") + text);
  let isEnd = false;
  for (let at = isStart ? 1 : 0; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (source.startsWith(".*", at)) {
      parts.push("");
      at += 1;
    } else if (character === "$" && at === source.length - 1) isEnd = true;
    else if (character === "\\" && /[^A-Za-z0-9]/.test(source.charAt(at + 1))) {
      at += 1;
      add(source.charAt(at));
    } else if (/[\\^$.*+?()[\]{}|]/.test(character)) return null;
    else add(character);
  }
  if (!isEnd) parts.push("");
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return literal(only);
  const kept = parts.filter((part, at) => part !== "" || at === 0 || at === parts.length - 1);
  return pattern(kept.length === 1 ? "*" : kept.map(escapeGlob).join("*"));
}
