/** How the facet list calls its fields and values. */
import type { FacetField, FacetValue } from "@/lib/drops/view";

const TITLE: Partial<Record<FacetField, string>> = {
  attribution: "Attribution",
  certainty: "Certainty",
  verdict: "Verdict",
  direction: "Direction",
  reason: "Reason",
  policy: "Policy",
  tag: "Tag",
  "src.ns": "From namespace",
  "dst.ns": "To namespace",
  "src.workload": "From workload",
  "dst.workload": "To workload",
  "dst.fqdn": "To DNS name",
  port: "Port",
  proto: "Protocol",
  node: "Node",
  cluster: "Cluster",
  source: "Source of flows",
};

export function facetTitle(field: FacetField): string {
  return TITLE[field] ?? field;
}

/** What stands for "has none", said of the field. */
const NONE: Partial<Record<FacetField, string>> = {
  policy: "names no policy",
  tag: "known to have no tag",
  reason: "no drop reason",
  "src.ns": "no namespace",
  "dst.ns": "no namespace",
  "src.workload": "no workload",
  "dst.workload": "no workload",
  "dst.fqdn": "no DNS name",
  port: "no port",
};

export function valueText(field: FacetField, { value, label }: FacetValue): string {
  if (label !== undefined && label !== "") return label;
  return value === "" ? (NONE[field] ?? "none") : value;
}
