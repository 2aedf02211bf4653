/**
 * Tells beside what is shown which names its addresses had: the remembered name of a bare address,
 * and the other names of an address that served several. Rows of a whole view are told what is known
 * now, a drop what was known as it arrived, which is what queries and expectations go by.
 */
import type { Drop, Party } from "@/lib/drops/drop";
import type { NameMemory } from "@/lib/drops/name-memory";
import {
  mayBeNamed,
  mayBeRemembered,
  OTHER_NAMES,
  type RememberedName,
} from "@/lib/drops/remembered";
import type { Group, NameView, PartyView, SeriesRow, Served } from "@/lib/drops/view";
import type { GraphNode } from "@/lib/graph/graph";

export type Naming = {
  groups(groups: readonly Group[]): readonly Group[];
  series(row: SeriesRow, cluster: string): SeriesRow;
  node(node: GraphNode): GraphNode;
  /** Of one end of a drop. */
  ofDrop(drop: NamedDrop, side: "source" | "destination"): Served | undefined;
  /** Addresses that served a name which passes and others that do not, the most such first. */
  sharedBy(passes: (name: string) => boolean): readonly Shared[];
  /** The names of an address as they are known now. */
  namesOf(cluster: string, address: string): readonly string[];
};

export type Shared = { address: string; others: readonly string[] };

type NamedDrop = Pick<Drop, "series" | "remembered" | "sourceIp" | "destinationIp">;

const SHOWN = 5;
/** How long the list of shared addresses is used before it is made again. */
const SHARED_MS = 5_000;

export function createNaming(memory: NameMemory, nowMs: () => number): Naming {
  let sharedAt = Number.NEGATIVE_INFINITY;
  /** By cluster and name, the address with the most others. */
  let sharedNames = new Map<string, { address: string; names: readonly RememberedName[] }>();

  function readShared(): typeof sharedNames {
    const now = nowMs();
    if (now - sharedAt < SHARED_MS) return sharedNames;
    sharedAt = now;
    sharedNames = new Map();
    for (const { cluster, address, names } of memory.shared(now)) {
      for (const { name } of names) {
        const key = `${cluster}\n${name}`;
        const known = sharedNames.get(key);
        if (known === undefined || known.names.length < names.length) {
          sharedNames.set(key, { address, names });
        }
      }
    }
    return sharedNames;
  }

  /** A party of a series: an address of its own, or a name whose addresses are many. */
  function named<View extends PartyView>(view: View, other: PartyView, cluster: string): View {
    const { kind, name } = view;
    if (kind === "address") {
      const names = memory.recall(cluster, name, nowMs());
      if (names.length === 0) return view;
      const workload = other.kind === "workload" ? other.name : "";
      const own = ownFirst(names, { namespace: other.namespace, workload });
      return { ...view, served: servedOf(name, own, false) };
    }
    if (kind !== "name") return view;
    const shared = readShared().get(`${cluster}\n${name.toLowerCase()}`);
    if (shared === undefined) return view;
    const others = shared.names.filter((one) => one.name !== name.toLowerCase());
    return { ...view, served: servedOf(shared.address, others, true) };
  }

  return {
    groups: (groups) =>
      groups.map((group) => {
        const { top, cluster } = group;
        const source = named(top.source, top.destination, cluster);
        const destination = named(top.destination, top.source, cluster);
        if (source === top.source && destination === top.destination) return group;
        return { ...group, top: { ...top, source, destination } };
      }),
    series: (row, cluster) => ({
      ...row,
      source: named(row.source, row.destination, cluster),
      destination: named(row.destination, row.source, cluster),
    }),
    node(node) {
      if (node.kind !== "address" || node.names.length > 0) return node;
      // A node of the graph may stand for drops of several clusters.
      const names = memory.recallAnywhere(node.name, nowMs());
      return names.length === 0 ? node : { ...node, served: servedOf(node.name, names, false) };
    },
    ofDrop(drop, side) {
      const party: Party = drop.series[side];
      const address = drop[`${side}Ip`];
      if (mayBeRemembered(party)) {
        const names = drop.remembered?.[side] ?? [];
        if (names.length === 0) return undefined;
        const other = drop.series[side === "source" ? "destination" : "source"];
        return servedOf(address, ownFirst(names, other), false);
      }
      if (party.names.length === 0 || !mayBeNamed(party)) return undefined;
      const given = new Set(party.names.map((name) => name.toLowerCase()));
      const known = memory.recall(drop.series.cluster, address, nowMs());
      const others = known.filter(({ name }) => !given.has(name));
      return others.length === 0 ? undefined : servedOf(address, others, true);
    },
    namesOf: (cluster, address) => memory.recall(cluster, address, nowMs()).map(({ name }) => name),
    sharedBy(passes) {
      const found: Shared[] = [];
      for (const { address, names } of memory.shared(nowMs())) {
        const others = names.filter(({ name }) => !passes(name)).map(({ name }) => name);
        if (others.length > 0 && others.length < names.length) found.push({ address, others });
      }
      return found.sort((a, b) => b.others.length - a.others.length);
    },
  };
}

/** What the same workload asked for or talked to is likelier what it meant this time. */
function ownFirst(
  names: readonly RememberedName[],
  { namespace, workload }: Pick<Party, "namespace" | "workload">,
): readonly RememberedName[] {
  const self = namespace === "" ? workload : `${namespace}/${workload}`;
  const isOwn = ({ asker }: RememberedName) => workload !== "" && asker === self;
  return [...names.filter(isOwn), ...names.filter((name) => !isOwn(name))];
}

function servedOf(address: string, names: readonly RememberedName[], reported: boolean): Served {
  const known = names.filter(({ name }) => name !== OTHER_NAMES);
  const shown = known.slice(0, SHOWN).map(nameView);
  return { address, reported, names: shown, more: names.length - shown.length };
}

function nameView({ name, kind, asker, node, lastMs, ttl }: RememberedName): NameView {
  return { name, kind, asker, node, lastSeen: new Date(lastMs).toISOString(), ttl };
}
