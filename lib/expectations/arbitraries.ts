/**
 * Generated expectations for property tests of any room, over generated drops: their times lie on
 * those of drops and a nanosecond beside, and they know some of the drops' ends. For tests only.
 */
import fc from "fast-check";
import type { Drop } from "@/lib/drops/drop";
import { arbitraryTerm } from "@/lib/query/arbitraries";
import { formatQuery } from "@/lib/query/format";
import { type Expectation, SINCE_EVER, WATCHED } from "./expectation";
import { formatMoment, type Moment } from "./moment";

const FIRST_MS = 1_790_000_000_000;

/** The drops over so many minutes instead of one, in the order they came. */
export function spreadOverMinutes(drops: readonly Drop[], minutes: number): Drop[] {
  return drops.map((drop) => ({
    ...drop,
    timeMs: FIRST_MS + (drop.timeMs - FIRST_MS) * minutes,
  }));
}

const PLAIN_QUERIES = [
  "verdict:DROPPED",
  "-verdict:AUDIT",
  "proto:TCP,UDP",
  "port:<=443",
  "attribution:policy,other",
  "src.pod:w*,a* verdict:DROPPED",
  "-node:web",
  "source:web,api,shop",
];

/** Queries that often match, any queries, and some that nothing can read. */
const arbitraryQueryText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...PLAIN_QUERIES) },
  {
    weight: 5,
    arbitrary: fc.array(arbitraryTerm, { maxLength: 2 }).map((terms) => formatQuery({ terms })),
  },
  { weight: 1, arbitrary: fc.constantFrom("port:many", "(", "expected:false port:1..99999") },
);

function arbitraryExpectation(drops: readonly Drop[]): fc.Arbitrary<Expectation> {
  const time = fc
    .tuple(fc.constantFrom(...drops), fc.constantFrom(-1, 0, 1))
    .map(([{ timeMs, timeNanos }, nanos]) => formatMoment(shifted({ timeMs, timeNanos }, nanos)));
  const series = [...new Set(drops.map((drop) => drop.series))];
  const some = fc.subarray(series, { minLength: Math.floor(series.length / 2) });
  return fc.record({
    id: fc.uuid(),
    query: arbitraryQueryText,
    reason: fc.constant("because"),
    author: fc.constant("ada"),
    authorVerified: fc.constant(false),
    ticket: fc.constant(""),
    createdAt: fc.constantFrom("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", "2026-11-03T00:00Z"),
    updatedAt: fc.constant("2026-11-03T00:00:00Z"),
    appliesFrom: fc.oneof(
      { weight: 2, arbitrary: fc.constant(SINCE_EVER) },
      { weight: 2, arbitrary: time },
    ),
    expiresAt: fc.oneof(
      { weight: 2, arbitrary: fc.constant(null) },
      { weight: 4, arbitrary: time },
      { weight: 1, arbitrary: fc.constant("tomorrow") },
    ),
    ceilingPerMinute: fc.option(fc.integer({ min: 1, max: 40 })),
    mode: fc.constantFrom("hide", "hide", "hide", "trial"),
    watch: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.subarray([...WATCHED]) },
    ),
    known: fc.tuple(some, some, some).map(([sources, destinations, ports]) => ({
      source: sources.map(({ source }) => source.key),
      destination: destinations.map(({ destination }) => destination.key),
      port: ports.map(({ port }) => port),
    })),
    revokedAt: fc.constantFrom(null, null, null, null, "2026-11-04T00:00:00Z"),
    file: fc.constant(null),
    version: fc.constant(1),
  });
}

export function arbitraryExpectations(
  drops: readonly Drop[],
  maxLength = 8,
): fc.Arbitrary<Expectation[]> {
  return fc.uniqueArray(arbitraryExpectation(drops), { maxLength, selector: ({ id }) => id });
}

export function shifted({ timeMs, timeNanos }: Moment, nanos: number): Moment {
  const sum = timeNanos + nanos;
  if (sum < 0) return { timeMs: timeMs - 1, timeNanos: sum + 1e6 };
  return sum >= 1e6 ? { timeMs: timeMs + 1, timeNanos: sum - 1e6 } : { timeMs, timeNanos: sum };
}
