/**
 * In which layer each container stands: who is refused on the left, whom they wanted on the right,
 * what is both in between, in as many layers as its chains need.
 */
export type Pair = { source: number; destination: number; weight: number };

/** A container with at least this share of its weight in one direction stands on that side. */
const CLEARLY = 0.85;
/** Layers between the left and the right one; more would not fit a screen. */
const MAX_MIDDLE = 2;
/** Beyond this many containers in the middle, chains are not followed. */
const MAX_CHAINED = 800;

export type Layered = { layerOf: readonly number[]; roles: readonly ("who" | "both" | "whom")[] };

/** `pairs` have two different ends. */
export function assignLayers(count: number, pairs: readonly Pair[]): Layered {
  const out = new Array<number>(count).fill(0);
  const into = new Array<number>(count).fill(0);
  for (const { source, destination, weight } of pairs) {
    out[source] = (out[source] ?? 0) + weight;
    into[destination] = (into[destination] ?? 0) + weight;
  }
  const roles = out.map((sent, place) => roleOf(sent, into[place] ?? 0));
  const middle = middleLayers(roles, pairs, out, into);
  const last = 1 + Math.max(0, ...middle.values(), 0) + (middle.size > 0 ? 1 : 0);
  const raw = roles.map((role, place) =>
    role === "who" ? 0 : role === "whom" ? last : 1 + (middle.get(place) ?? 0),
  );
  return compact(raw, roles);
}

function roleOf(sent: number, taken: number): "who" | "both" | "whom" {
  const all = sent + taken;
  if (all === 0) return "both";
  if (sent / all >= CLEARLY) return "who";
  return taken / all >= CLEARLY ? "whom" : "both";
}

/** Longest chains among the containers that are both, with cycles broken at their weakest. */
function middleLayers(
  roles: readonly string[],
  pairs: readonly Pair[],
  out: readonly number[],
  into: readonly number[],
): Map<number, number> {
  const members = roles.flatMap((role, place) => (role === "both" ? [place] : []));
  const layer = new Map(members.map((place) => [place, 0]));
  if (members.length > MAX_CHAINED) return layer;
  // Who sends more than it takes comes first; what goes against that order is a way back.
  const net = (place: number) => (out[place] ?? 0) - (into[place] ?? 0);
  const order = members.toSorted((a, b) => net(b) - net(a) || a - b);
  const rank = new Map(order.map((place, at) => [place, at]));
  const forward = new Map<number, number[]>();
  for (const { source, destination } of pairs) {
    const from = rank.get(source);
    const to = rank.get(destination);
    if (from === undefined || to === undefined || from >= to) continue;
    forward.set(source, [...(forward.get(source) ?? []), destination]);
  }
  for (const place of order) {
    const next = Math.min((layer.get(place) ?? 0) + 1, MAX_MIDDLE - 1);
    for (const to of forward.get(place) ?? []) {
      layer.set(to, Math.max(layer.get(to) ?? 0, next));
    }
  }
  return layer;
}

/** The same without empty layers. */
function compact(raw: readonly number[], roles: Layered["roles"]): Layered {
  const used = [...new Set(raw)].sort((a, b) => a - b);
  const places = new Map(used.map((layer, at) => [layer, at]));
  return { layerOf: raw.map((layer) => places.get(layer) ?? 0), roles };
}
