/** Compiles the values of a term to tests of names, texts and numbers. */
import { compileGlob, foldCase, type TextTest } from "./glob";
import type { Value } from "./query";

const FALSE: TextTest = () => false;

/**
 * Test of a text that may be absent. The empty text is "absent": only `none` matches it, and no
 * glob does, so that `tag:*` means "has a tag".
 */
export function compileTexts(values: readonly Value[], folded = false): TextTest {
  const present = compilePresent(values, folded);
  const none = hasNone(values);
  return (text) => (text === "" ? none : present(text));
}

/** Whether `none` is among the values. */
export function hasNone(values: readonly Value[]): boolean {
  return values.some((value) => !value.glob && value.text === "");
}

/** Test of a text that is there. With `folded`, A-Z count as a-z. */
export function compilePresent(values: readonly Value[], folded = false): TextTest {
  const fold = folded ? foldCase : (text: string) => text;
  const exact = new Set(
    values.filter((value) => !value.glob && value.text !== "").map((value) => fold(value.text)),
  );
  const globs = values.filter((value) => value.glob).map((value) => compileGlob(fold(value.text)));
  if (exact.size === 0 && globs.length === 0) return FALSE;
  return (text) => {
    const given = fold(text);
    return exact.has(given) || globs.some((test) => test(given));
  };
}

/** Test of a name within a space (namespace or cluster). */
export type PathTest = (space: string, name: string) => boolean;

/** `space/name` asks for both, the part before the first slash for the space; a name for itself. */
export function compilePaths(values: readonly Value[]): PathTest {
  const none = hasNone(values);
  const { paths, bare } = splitPaths(values);
  const alone = compilePresent(bare);
  const whole = paths.map((path) => ({
    space: compileWhole(path.space),
    name: compileWhole(path.name),
  }));
  return (space, name) => {
    if (name === "") return none;
    return alone(name) || whole.some((test) => test.name(name) && test.space(space));
  };
}

/** Test of a text that may well be empty: `*` matches that too. */
function compileWhole(value: Value): TextTest {
  return value.glob ? compileGlob(value.text) : (text) => text === value.text;
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

export function compileNumbers(values: readonly Value[]): (number: number) => boolean {
  const intervals = values.map(interval);
  return (number) => intervals.some(({ from, to }) => number >= from && number <= to);
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
