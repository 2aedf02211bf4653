/** Compiles the values of a term to tests of names, texts and numbers. */
import { compileGlob, foldCase, type TextTest } from "./glob";
import type { Value } from "./query";
import { hasNone, interval, splitPaths } from "./value-meaning";

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

export function compileNumbers(values: readonly Value[]): (number: number) => boolean {
  const intervals = values.map(interval);
  return (number) => intervals.some(({ from, to }) => number >= from && number <= to);
}
