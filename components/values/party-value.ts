/** One end of a group as a term of the query: the field and values it is named after. */
import { APP_LABELS, CIDR_GROUP_LABEL } from "@/lib/drops/party";
import type { PartyView } from "@/lib/drops/view";
import type { FieldName } from "@/lib/query/query";

export type PartyValue = { field: FieldName; value: readonly string[] };

/**
 * As `lib/query/grouping.ts` says it in terms, but in one field: what is named by its labels is
 * found by the application's name, in any namespace, or by its namespace where that is its name.
 */
export function partyValue(
  side: "src" | "dst",
  party: Pick<PartyView, "kind" | "name" | "namespace">,
): PartyValue {
  const { kind, name, namespace } = party;
  switch (kind) {
    case "workload":
      return {
        field: `${side}.workload`,
        value: [namespace === "" ? name : `${namespace}/${name}`],
      };
    case "labels":
      return labelled(side, name, namespace);
    case "reserved":
      return { field: `${side}.identity`, value: name === "world" ? WORLD : [name] };
    case "name":
      return { field: `${side}.fqdn`, value: [name] };
    case "cidr":
      return { field: `${side}.label`, value: cidrLabels(name) };
    case "address":
      return { field: `${side}.ip`, value: [name] };
    case "unknown":
      return { field: `${side}.ip`, value: [""] };
  }
}

const WORLD = ["world", "world-ipv4", "world-ipv6"];

function labelled(side: "src" | "dst", name: string, namespace: string): PartyValue {
  if (name === namespace || name.includes("=")) return { field: `${side}.ns`, value: [namespace] };
  return { field: `${side}.label`, value: APP_LABELS.map((prefix) => `${prefix}${name}`) };
}

/** In IPv6 labels Cilium writes `-` for `:`. A name that is no CIDR is that of a CIDR group. */
function cidrLabels(name: string): string[] {
  if (!/^[0-9a-f.:]+\/\d+$/i.test(name)) return [`${CIDR_GROUP_LABEL}${name}`];
  return name.includes(":")
    ? [`cidr:${name}`, `cidr:${name.replaceAll(":", "-")}`]
    : [`cidr:${name}`];
}
