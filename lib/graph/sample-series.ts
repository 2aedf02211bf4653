/** Series and counts for tests and benchmarks: a sample names only what matters. */
import type { Party, Series } from "@/lib/drops/drop";
import { hash64 } from "@/lib/drops/hash";
import type { LoadRow } from "@/lib/drops/load-row";

export function sampleParty(overrides: Partial<Party> = {}): Party {
  const { namespace = "shop", name = "web", cluster = "demo" } = overrides;
  return {
    kind: "workload",
    key: `${overrides.kind ?? "workload"}:${cluster}/${namespace}/${name}`,
    name,
    cluster,
    namespace,
    workload: name,
    workloadKind: "Deployment",
    labels: [],
    names: [],
    identity: 0,
    ...overrides,
  };
}

export function sampleSeries(overrides: Partial<Series> = {}): Series {
  const source = overrides.source ?? sampleParty();
  const destination = overrides.destination ?? sampleParty({ name: "db" });
  const series = {
    group: "00000000000000aa",
    cluster: "demo",
    verdict: "DROPPED" as const,
    direction: "egress" as const,
    reason: 133,
    attribution: {
      kind: "default-deny" as const,
      certainty: "paired" as const,
      policies: [],
      endpoint: source,
    },
    tags: [],
    tagState: "unreported" as const,
    source,
    destination,
    protocol: "TCP",
    port: 5432,
    l7: "",
    ...overrides,
  };
  return { id: overrides.id ?? hash64(JSON.stringify(series)), ...series };
}

/** One drop, one attempt, in the first millisecond of the tests' range. */
export function sampleRow(series: Series, overrides: Partial<LoadRow> = {}): LoadRow {
  const bucketMs = overrides.bucketMs ?? 1_790_000_000_000;
  return {
    series,
    bucketMs,
    drops: 1,
    attempts: 1,
    firstMs: bucketMs,
    lastMs: bucketMs,
    ...overrides,
  };
}
