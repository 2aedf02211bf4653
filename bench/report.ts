/** What a benchmark found, and how it is printed. */

export type Figure = {
  what: string;
  value: number;
  unit: string;
  /** What it must not exceed. */
  atMost?: number;
};

export type Report = { name: string; about: string; figures: Figure[] };

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

export function printReport({ name, about, figures }: Report): void {
  console.log(`\n${name}: ${about}`);
  const width = Math.max(...figures.map(({ what }) => what.length));
  for (const { what, value, unit, atMost } of figures) {
    const shown = `${format(value).padStart(9)} ${unit.padEnd(6)}`;
    console.log(`  ${what.padEnd(width)} ${shown}${verdict(value, atMost)}`.trimEnd());
  }
}

function verdict(value: number, atMost: number | undefined): string {
  if (atMost === undefined) return "";
  return ` at most ${atMost}: ${value <= atMost ? "met" : "MISSED"}`;
}

function format(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
