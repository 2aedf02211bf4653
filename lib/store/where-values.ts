/** Values of a query's terms as SQL on one column: the twin of `lib/query/value-tests.ts`. */
import { type AddressBlock, blockBounds, ipv4TextPrefix } from "@/lib/query/address";
import { foldCase, globParts } from "@/lib/query/glob";
import type { Value } from "@/lib/query/query";
import { hasNone, interval } from "@/lib/query/value-meaning";

/** Takes a value in and gives the placeholder that stands for it. */
export type Bind = (
  type: "String" | "UInt32" | "Array(String)" | "Array(UInt32)",
  value: unknown,
) => string;

export const NEVER = "0";

/** At least one; `0` for none. */
export function anyOf(conditions: readonly string[]): string {
  const possible = conditions.filter((condition) => condition !== NEVER);
  if (possible.length === 0) return NEVER;
  return possible.length === 1 ? (possible[0] ?? NEVER) : `(${possible.join(" OR ")})`;
}

/** A text that may be absent: `none` is the empty text, and nothing else matches that. */
export function textsSql(
  bind: Bind,
  column: string,
  values: readonly Value[],
  folded = false,
): string {
  const present = presentSql(bind, column, values, folded);
  const globs = values.some((value) => value.glob);
  const isSet = globs ? `(${column} != '' AND ${present})` : present;
  return anyOf([isSet, hasNone(values) ? `${column} = ''` : NEVER]);
}

/** A text that is there. With `folded`, A-Z count as a-z. */
export function presentSql(
  bind: Bind,
  column: string,
  values: readonly Value[],
  folded = false,
): string {
  const fold = folded ? foldCase : (text: string) => text;
  const subject = folded ? `lower(${column})` : column;
  const exact = values.filter((value) => !value.glob && value.text !== "");
  const oneOf =
    exact.length === 0
      ? NEVER
      : `${subject} IN ${bind(
          "Array(String)",
          exact.map((value) => fold(value.text)),
        )}`;
  const globs = values
    .filter((value) => value.glob)
    .map((value) => likeSql(bind, subject, fold(value.text)));
  return anyOf([oneOf, ...globs]);
}

/** A text that may well be empty: `*` matches that too. */
export function wholeSql(bind: Bind, column: string, value: Value): string {
  if (value.glob) return likeSql(bind, column, value.text);
  return `${column} = ${bind("String", value.text)}`;
}

/** A glob, which must match the whole text. */
export function likeSql(bind: Bind, subject: string, pattern: string): string {
  const like = globParts(pattern)
    .map((part) => part.replace(/[\\%_]/g, "\\$&"))
    .join("%");
  return `${subject} LIKE ${bind("String", like)}`;
}

export function numbersSql(bind: Bind, column: string, values: readonly Value[]): string {
  const intervals = values.map(interval).filter(({ from, to }) => from <= to);
  return anyOf(
    intervals.map(
      ({ from, to }) => `${column} BETWEEN ${bind("UInt32", from)} AND ${bind("UInt32", to)}`,
    ),
  );
}

/**
 * An IPv4 address reads as its IPv6-mapped form; other text lies in no block. Reading an address
 * is slow, so only those are read whose text may be one of the block.
 */
export function blockSql(bind: Bind, column: string, block: AddressBlock): string {
  const { first, last } = blockBounds(block);
  const [from, to] = [bind("String", first), bind("String", last)];
  const inBlock = `ifNull(toIPv6OrNull(${column}) BETWEEN toIPv6(${from}) AND toIPv6(${to}), 0)`;
  const prefix = ipv4TextPrefix(block);
  if (prefix === "") return inBlock;
  const isIpv6 = `position(${column}, ':') > 0`;
  if (prefix === null) return `(${isIpv6} AND ${inBlock})`;
  return `((startsWith(${column}, ${bind("String", prefix)}) OR ${isIpv6}) AND ${inBlock})`;
}
