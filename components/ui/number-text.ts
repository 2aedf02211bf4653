/** Counts as text: grouped while they are short, abbreviated before they would widen a column. */

const GROUPED = new Intl.NumberFormat("en-US");

/** The whole number, grouped by thousands. */
export function formatExact(count: number): string {
  return GROUPED.format(Math.round(count));
}

/** At most seven characters: `99,999`, then `123 k`, `4.5 M`, `12 G`. */
export function formatCount(count: number): string {
  if (count < 100_000) return formatExact(count);
  if (count < 999_500) return `${Math.round(count / 1e3)} k`;
  if (count < 999_500_000) return scaled(count / 1e6, "M");
  return scaled(count / 1e9, "G");
}

function scaled(value: number, unit: string): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** `1 group`, `14 groups`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
