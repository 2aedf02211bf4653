/**
 * What values mean where that is more than their text. The matcher and the store's SQL both build
 * on these, so that they agree.
 */
import { escapeGlob, foldCase } from "./glob";
import { reservedIdentity } from "./identities";
import type { Value } from "./query";

/** Whether `none` is among the values. */
export function hasNone(values: readonly Value[]): boolean {
  return values.some((value) => !value.glob && value.text === "");
}

/** Parts values that give a space and a name from those that give a name alone. */
export function splitPaths(values: readonly Value[]): {
  paths: { space: Value; name: Value }[];
  bare: Value[];
} {
  const paths = values.flatMap((value) => {
    const slash = value.text.indexOf("/");
    if (slash < 0) return [];
    const space = { ...value, text: value.text.slice(0, slash) };
    return [{ space, name: { ...value, text: value.text.slice(slash + 1) } }];
  });
  return { paths, bare: values.filter((value) => !value.text.includes("/")) };
}

/** Both ends included. */
export type Interval = { from: number; to: number };

const LARGEST = 0xffff_ffff;

/** Numbers that a value means. 0 is "absent": it is only meant by naming it, never by comparing. */
export function interval(value: Value): Interval {
  const range = value.text.split("..").map(Number);
  const first = range[0] ?? 0;
  if (range.length > 1) return { from: Math.max(1, first), to: range[1] ?? 0 };
  if (value.op === ">") return { from: first + 1, to: LARGEST };
  if (value.op === ">=") return { from: Math.max(1, first), to: LARGEST };
  if (value.op === "<") return { from: 1, to: first - 1 };
  if (value.op === "<=") return { from: 1, to: first };
  return { from: first, to: first };
}

/** `ICMP` stands for both versions. */
export function protocolNames(values: readonly Value[]): string[] {
  return values.flatMap(({ text }) => (text === "ICMP" ? ["ICMPv4", "ICMPv6"] : [text]));
}

/** `k8s:app=web` also answers to `app=web`, `k8s:app` and `app`. */
export function labelForms(label: string): string[] {
  const bare = label.slice(label.indexOf(":") + 1);
  const key = withoutValue(label);
  return [label, bare, key, withoutValue(bare)];
}

function withoutValue(label: string): string {
  const equals = label.indexOf("=");
  return equals < 0 ? label : label.slice(0, equals);
}

/** DNS names end without a dot; a pattern may be written with one. */
export function withoutTrailingDot(value: Value): Value {
  return { ...value, text: value.text.replace(/\.$/, "") };
}

/** Values of `identity:` as numbers and, for reserved names, labels. */
export function identityValues(values: readonly Value[]): { numbers: Value[]; labels: string[] } {
  const labels: string[] = [];
  const numbers = values.map((value): Value => {
    const identity = reservedIdentity(value.text);
    if (identity === null) return value;
    labels.push(`reserved:${value.text}`);
    return { op: "=", text: String(identity), glob: false };
  });
  return { numbers, labels };
}

/** The pattern that a bare word is searched with: anywhere in a text, in any case. */
export function wordPattern(value: Value): string {
  return foldCase(value.glob ? value.text : escapeGlob(value.text));
}
