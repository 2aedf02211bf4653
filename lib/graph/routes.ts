/**
 * From where, by what, to where: the ribbons of the Sankey. Sources are told by namespace, causes
 * as Triage words its rows, destinations by namespace or by the kind of place outside.
 */
import type { Party, Series } from "@/lib/drops/drop";
import { groupText } from "@/lib/drops/group-by";
import type { GroupState } from "@/lib/drops/view";
import type { GraphRoute, StateTallies, Tally } from "./graph";
import { nodeOf } from "./node-of";
import { addState, addTally, newTally, worstState } from "./tally";

/** Ribbons listed; a Sankey of more cannot be read. */
const MAX_ROUTES = 24;

type Growing = Tally & { from: string; cause: string; to: string; states: StateTallies };

export function createRoutes() {
  const routes = new Map<string, Growing>();
  const routeOfSeries = new Map<Series, Growing>();

  function routeOf(series: Series): Growing {
    const known = routeOfSeries.get(series);
    if (known !== undefined) return known;
    const from = placeOf(series.source);
    const cause = groupText("policy", series);
    const to = placeOf(series.destination);
    const key = JSON.stringify([from, cause, to]);
    const route = routes.get(key) ?? { from, cause, to, states: {}, ...newTally() };
    routes.set(key, route);
    routeOfSeries.set(series, route);
    return route;
  }

  return {
    add(series: Series, state: GroupState, tally: Tally): void {
      const route = routeOf(series);
      addTally(route, tally);
      addState(route.states, state, tally);
    },
    finish(): { routes: GraphRoute[]; otherRoutes: Tally & { routes: number } } {
      const ranked = [...routes.values()].sort(
        (a, b) => b.attempts - a.attempts || b.drops - a.drops || (a.cause < b.cause ? -1 : 1),
      );
      const otherRoutes = { ...newTally(), routes: Math.max(0, ranked.length - MAX_ROUTES) };
      for (const route of ranked.slice(MAX_ROUTES)) addTally(otherRoutes, route);
      return {
        routes: ranked
          .slice(0, MAX_ROUTES)
          .map(({ states, ...route }) => ({ ...route, state: worstState(states) })),
        otherRoutes,
      };
    },
  };
}

function placeOf(party: Party): string {
  const { node } = nodeOf(party, "namespace");
  return node.mark === "dns" ? `${node.namespace}/${node.name}` : node.name;
}
