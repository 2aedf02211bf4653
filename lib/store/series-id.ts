/** A series id is 16 hex digits outside the store and a 64-bit number in it. */

export type SeriesNumber = { high: number; low: number };

/** @throws TypeError for text that is not 16 hex digits: ids are made by us, so that is a bug. */
export function parseSeriesId(id: string): SeriesNumber {
  if (!/^[0-9a-f]{16}$/.test(id)) throw new TypeError(`"${id}" is not a series id.`);
  return { high: Number.parseInt(id.slice(0, 8), 16), low: Number.parseInt(id.slice(8), 16) };
}

export function formatSeriesId({ high, low }: SeriesNumber): string {
  return hex(high) + hex(low);
}

export function seriesIdParam(id: string): bigint {
  const { high, low } = parseSeriesId(id);
  return BigInt(high) * 0x1_0000_0000n + BigInt(low);
}

function hex(half: number): string {
  return half.toString(16).padStart(8, "0");
}
