import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Drop, Series } from "@/lib/drops/drop";
import { createWindow } from "@/lib/drops/live-window";
import { buildParty } from "@/lib/drops/party";
import { GROUP_BYS } from "@/lib/drops/view";
import {
  arbitraryAddress,
  arbitraryDropOf,
  arbitraryDrops,
  arbitrarySeries,
  arbitraryWord,
} from "./arbitraries";
import { formatQuery } from "./format";
import { groupingBy } from "./grouping";
import { matchesQuery } from "./match";
import { parseQuery } from "./parse";
import type { Query } from "./query";

const RANGE = { fromMs: 1_790_000_000_000, toMs: 1_790_000_060_000, stepMs: 500 };

function viewOf(drops: readonly Drop[], by: (typeof GROUP_BYS)[number]) {
  const window = createWindow({ ...RANGE, grouping: groupingBy(by) });
  for (const drop of drops) window.add(drop.series, drop.timeMs, drop.count, drop.attempt);
  return window.snapshot();
}

/** As Kubernetes has them in one thing: never with a slash. */
const arbitraryNamespace = arbitraryWord.filter((word) => !word.includes("/"));

/** Ends that were named as the running system names them: a key goes with its name. */
const arbitraryEnd = fc
  .record({
    ip: arbitraryAddress.filter((ip) => ip !== "not an address" && !/^0?10\.0\.0$|^010/.test(ip)),
    names: fc.uniqueArray(fc.constantFrom("a.example.com", "b.example.com"), { maxLength: 2 }),
    endpoint: fc.record({
      id: fc.constant(0),
      identity: fc.constantFrom(0, 1, 2, 7, 9, 10, 1234, 16_777_217),
      cluster: fc.constantFrom("", "east"),
      namespace: fc.oneof(fc.constant(""), arbitraryNamespace),
      pod: fc.constantFrom("", "web-7d4b9c6f5d-abcde"),
      workloads: fc.array(fc.record({ name: arbitraryWord, kind: fc.constant("Deployment") }), {
        maxLength: 1,
      }),
      labels: fc.uniqueArray(
        fc.constantFrom(
          "k8s:app=web",
          "k8s:name=web",
          "k8s:tier=db",
          "reserved:world",
          "reserved:world-ipv4",
          "reserved:host",
          "reserved:kube-apiserver",
          "cidr:10.0.0.0/8",
          "cidr:2001-db8--0/32",
          "cidrgroup:io.cilium.policy.cidrgroupname/office",
        ),
        { maxLength: 3 },
      ),
    }),
  })
  .map(({ ip, names, endpoint }) => ({
    ip,
    identity: endpoint.identity,
    party: buildParty(endpoint, ip, names, "default"),
  }));

const arbitraryNamedDrop: fc.Arbitrary<Drop> = fc
  .tuple(arbitrarySeries, arbitraryEnd, arbitraryEnd, fc.constantFrom("none", "source", "end"))
  .chain(([series, source, destination, enforcing]) => {
    const endpoint =
      enforcing === "none" ? null : enforcing === "source" ? source.party : destination.party;
    const named: Series = {
      ...series,
      attribution: { ...series.attribution, endpoint },
      source: source.party,
      destination: destination.party,
    };
    return arbitraryDropOf(fc.constant(named)).map((drop) => ({
      ...drop,
      sourceIp: source.ip,
      destinationIp: destination.ip,
      sourceIdentity: source.identity,
      destinationIdentity: destination.identity,
    }));
  });

function queryOf(text: string): Query {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
  return parsed.query;
}

describe("groupings", () => {
  it("have the same totals, and every drop in exactly one group", () => {
    fc.assert(
      fc.property(arbitraryDrops(12, 60), (drops) => {
        const { totals } = viewOf(drops, "policy");
        for (const by of GROUP_BYS) {
          const view = viewOf(drops, by);
          const states = Object.entries(view.totals.byState).map(([state, { drops: sum }]) => [
            state,
            sum,
          ]);
          expect(states).toEqual(
            Object.entries(totals.byState).map(([state, { drops: sum }]) => [state, sum]),
          );
          expect(view.by).toBe(by);
          expect(view.totals).toMatchObject({ drops: totals.drops, attempts: totals.attempts });
          const inGroups = view.groups.reduce((sum, group) => sum + group.drops, 0);
          expect(inGroups).toBe(totals.drops);
          expect(new Set(view.groups.map(({ id }) => id)).size).toBe(view.groupCount);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("say a query, in canonical spelling, that finds every drop of the group", () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryNamedDrop, { minLength: 2, maxLength: 30 }),
        fc.constantFrom(...GROUP_BYS),
        (drops, by) => {
          const { idOf, keyOf } = groupingBy(by);
          for (const { series } of drops) {
            const key = keyOf(series);
            const query = queryOf(key.query);
            expect(formatQuery(query)).toBe(key.query);
            expect(key.text).not.toBe("");
            const missed = drops.filter(
              (drop) => idOf(drop.series) === idOf(series) && !matchesQuery(query, drop),
            );
            expect(missed, key.query).toEqual([]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(["policy", "reason"] as const)("by %s say a query that finds nothing else", (by) => {
    fc.assert(
      fc.property(fc.array(arbitraryNamedDrop, { minLength: 2, maxLength: 30 }), (drops) => {
        const { idOf, keyOf } = groupingBy(by);
        for (const { series } of drops) {
          const query = queryOf(keyOf(series).query);
          const others = drops.filter(
            (drop) => idOf(drop.series) !== idOf(series) && matchesQuery(query, drop),
          );
          expect(others).toEqual([]);
        }
      }),
    );
  });

  it("tell a drop of two tags from those of one of them", () => {
    const [series] = fc.sample(arbitrarySeries, { numRuns: 1, seed: 1 });
    if (series === undefined) throw new Error("no series");
    const tagged = (...tags: string[]): Series => ({ ...series, tags, tagState: "tagged" });
    const { idOf, keyOf } = groupingBy("tag");
    const ids = [tagged("a"), tagged("b"), tagged("a", "b")].map(idOf);
    expect(new Set(ids).size).toBe(3);
    expect(keyOf(tagged("a", "b c"))).toEqual({
      by: "tag",
      text: "a, b c",
      query: 'tag:a tag:"b c"',
    });
    const bare: Series = { ...series, tags: [] };
    expect(keyOf({ ...bare, tagState: "untagged" }).query).toBe("tag:none");
    expect(keyOf({ ...bare, tagState: "unreported" }).query).toBe("tag.state:unreported");
  });
});
