/**
 * CEL expressions over `_flow`, as Hubble's filters take them (Cilium 1.16 and later). Every text
 * is a literal in single quotes; control and unseen characters are escaped.
 */
import { globParts } from "@/lib/query/glob";
import type { Value } from "@/lib/query/query";

export const POLICY_LOG = "_flow.policy_log";
export const DENIED_BY = ["_flow.egress_denied_by", "_flow.ingress_denied_by"] as const;

/** A CEL string literal. */
export function celText(text: string): string {
  const escaped = text.replace(/[\\']/g, "\\$&").replace(/\p{C}|[\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    // Half a surrogate is no character; CEL would refuse it.
    const safe = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
    return safe > 0xffff
      ? `\\U${safe.toString(16).padStart(8, "0")}`
      : `\\u${safe.toString(16).padStart(4, "0")}`;
  });
  return `'${escaped}'`;
}

/** Test of one text, such as `x.endsWith('y')`. */
export function celTest(subject: string, value: Value): string {
  if (!value.glob) return `${subject} == ${celText(value.text)}`;
  const parts = globParts(value.text);
  const [head = "", ...rest] = parts;
  const tail = rest[rest.length - 1] ?? "";
  const filled = parts.filter((part) => part !== "");
  const [only = ""] = filled;
  if (filled.length === 0) return `${subject} != ''`;
  if (filled.length === 1) {
    if (head !== "") return `${subject}.startsWith(${celText(only)})`;
    if (tail !== "") return `${subject}.endsWith(${celText(only)})`;
    return `${subject}.contains(${celText(only)})`;
  }
  return `${subject}.matches(${celText(`(?s)^${parts.map(escapeRegex).join(".*")}$`)})`;
}

/** RE2 and JavaScript agree on these. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Both must hold; each is a list of which any may. */
export function celAnd(one: readonly string[], other: readonly string[]): string {
  return `${grouped(one)} && ${grouped(other)}`;
}

function grouped(expressions: readonly string[]): string {
  return `(${expressions.join(" || ")})`;
}
