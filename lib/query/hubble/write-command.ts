/**
 * Filters as arguments of `hubble observe`: as flags where the flags mean exactly these filters and
 * Hubble takes them together, else as `--allowlist` and `--denylist` JSON, which say everything.
 */

import { refusedTogether } from "./flag-conflicts";
import { type FilterFlag, FLAGS } from "./flags";
import type { Filter, FilterField, Filters, FilterValue } from "./flow-filter";
import { fieldsOf, filterJson, filterKey, visibleJson } from "./flow-filter";

export type FilterArguments = { words: string[]; raw: boolean };

export function filterArguments({ allow, deny }: Filters): FilterArguments {
  const included = listArguments(allow, false);
  const excluded = listArguments(deny, true);
  return { words: [...included.words, ...excluded.words], raw: included.raw || excluded.raw };
}

function listArguments(filters: readonly Filter[], negated: boolean): FilterArguments {
  const flags = filters.length === 0 ? [] : flagsOf(filters);
  if (flags !== null)
    return { words: flags.flatMap((flag) => flagWords(flag, negated)), raw: false };
  const name = negated ? "--denylist" : "--allowlist";
  const words = filters.flatMap((filter) => [name, visibleJson(filterJson(filter))]);
  return { words, raw: true };
}

/** A flag without a value has none. */
type GivenFlag = { name: string; value: string | null };

function flagWords({ name, value }: GivenFlag, negated: boolean): string[] {
  const not = negated ? ["--not"] : [];
  return value === null ? [...not, `--${name}`] : [...not, ...valueWords(name, value)];
}

/** A flag with its value. One that looks like a flag itself stays a value this way. */
export function valueWords(name: string, value: string): string[] {
  return value.startsWith("-") ? [`--${name}=${value}`] : [`--${name}`, value];
}

/** Flags that make exactly these filters, or null. */
function flagsOf(filters: readonly Filter[]): GivenFlag[] | null {
  const [first, second, ...more] = filters;
  if (first === undefined || more.length > 0) return null;
  const made = second === undefined ? oneFilter(first) : twoEnds(first, second);
  if (made === null || made.length === 0) return null;
  const isUnseen = made.some(({ value }) => value !== null && /\p{C}|[\u2028\u2029]/u.test(value));
  return isUnseen || refusedTogether(made.map(({ name }) => name)) !== null ? null : made;
}

function oneFilter(filter: Filter): GivenFlag[] | null {
  const made = fieldsOf(filter).map((field) => fieldFlags([field], filter[field] ?? []));
  return made.every((flags) => flags !== null) ? made.flat() : null;
}

/** Two filters that differ in nothing but the end: what a two-sided flag makes. */
function twoEnds(one: Filter, other: Filter): GivenFlag[] | null {
  const [sided, ...more] = fieldsOf(one).filter((field) => isEnd(field));
  if (sided === undefined || more.length > 0) return null;
  const [source, destination] = sided.startsWith("source_") ? [one, other] : [other, one];
  const ends = endsOf(sided);
  if (filterKey(mirrored(source, ends)) !== filterKey(destination)) return null;
  const made = fieldsOf(source).map((field) =>
    fieldFlags(field === ends[0] ? ends : [field], source[field] ?? []),
  );
  return made.every((flags) => flags !== null) ? made.flat() : null;
}

function isEnd(field: FilterField): boolean {
  return /^(source|destination)_/.test(field) && field !== "source_ip_xlated";
}

function endsOf(field: FilterField): [FilterField, FilterField] {
  const name = field.replace(/^(source|destination)_/, "");
  const find = (wanted: string) =>
    FLAGS.flatMap((flag) => ("fields" in flag ? flag.fields : [])).find((one) => one === wanted);
  return [find(`source_${name}`) ?? field, find(`destination_${name}`) ?? field];
}

function mirrored(
  filter: Filter,
  [source, destination]: readonly [FilterField, FilterField],
): Filter {
  const { [source]: values, ...rest } = filter;
  return { ...rest, [destination]: values };
}

/** Flags that put these values, and no others, into these fields; the first row that can. */
function fieldFlags(
  fields: readonly FilterField[],
  values: readonly FilterValue[],
): GivenFlag[] | null {
  for (const flag of FLAGS) {
    if (!("fields" in flag) || flag.fields.join() !== fields.join()) continue;
    if (flag.kind === "switch") {
      const [only] = values;
      if (values.length === 1 && only === flag.value) return [{ name: flag.name, value: null }];
      continue;
    }
    const made = flagValues(flag, values);
    if (made !== null) return made.map((value) => ({ name: flag.name, value }));
  }
  return null;
}

function flagValues(flag: FilterFlag, values: readonly FilterValue[]): string[] | null {
  const made = values.map((value) => flag.write(value));
  return made.every((value) => value !== null) ? made : null;
}
