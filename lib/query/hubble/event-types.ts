/** Event types as `--type` of the Hubble command line names them. */
import type { FilterValue } from "./flow-filter";

export type EventType = { type?: number; match_sub_type?: boolean; sub_type?: number };

const NAMES: readonly (readonly [name: string, type: number])[] = [
  ["drop", 1],
  ["debug", 2],
  ["capture", 3],
  ["trace", 4],
  ["policy-verdict", 5],
  ["recorder", 6],
  ["trace-sock", 7],
  ["l7", 129],
  ["agent", 130],
];

const TRACE_POINTS = [
  "to-endpoint",
  "to-proxy",
  "to-host",
  "to-stack",
  "to-overlay",
  "from-endpoint",
  "from-proxy",
  "from-host",
  "from-stack",
  "from-overlay",
  "from-network",
  "to-network",
  "from-crypto",
  "to-crypto",
];

/** Reads `drop`, `5`, `drop:133` or `trace:to-endpoint`; null for anything else. */
export function toType(text: string): EventType | null {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const type = NAMES.find(([known]) => known === name)?.[1] ?? numberOf(name);
  if (type === null) return null;
  if (colon < 0) return { type };
  const sub = text.slice(colon + 1);
  const point = type === 4 ? TRACE_POINTS.indexOf(sub) : -1;
  const number = point >= 0 ? point : numberOf(sub);
  return number === null ? null : { type, match_sub_type: true, sub_type: number };
}

/** What `--type` takes for it; null where no text means the same. */
export function fromType({
  type = 0,
  match_sub_type = false,
  sub_type = 0,
}: EventType): string | null {
  if (type === 0) return null;
  const name = NAMES.find(([, known]) => known === type)?.[0] ?? String(type);
  if (match_sub_type) return `${name}:${sub_type}`;
  return sub_type === 0 ? name : null;
}

export function isType(value: FilterValue): value is EventType {
  return typeof value === "object";
}

function numberOf(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
