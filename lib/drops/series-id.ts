/**
 * The ids of a series and of its group: hashes of their dimensions, the same after a restart and
 * on every machine. What the dimensions are is decided here and nowhere else.
 */
import type { Attribution, Party, Series } from "./drop";
import { hash64 } from "./hash";

/** All of a series that its ids are made of. */
export type Dimensions = Omit<Series, "id" | "group">;

/**
 * Same cluster, attribution, tags, verdict and direction. A named policy's group spans all
 * endpoints and reasons; default deny is one group for each endpoint; a policy without a name is
 * told apart by endpoint and reason, and a reason that is no policy's by reason.
 */
export function groupId(series: Dimensions): string {
  const { attribution, reason } = series;
  const isNamed = attribution.policies.length > 0;
  return hash64(
    JSON.stringify([
      "group",
      series.cluster,
      series.verdict,
      series.direction,
      attribution.kind,
      policyTexts(attribution),
      isNamed ? "" : (attribution.endpoint?.key ?? ""),
      isNamed || attribution.kind === "default-deny" ? 0 : reason,
      series.tags,
    ]),
  );
}

/** The group's dimensions and besides them both ends, protocol, port, L7 line and certainty. */
export function seriesId(series: Dimensions): string {
  const { attribution } = series;
  return hash64(
    JSON.stringify([
      "series",
      series.cluster,
      series.verdict,
      series.direction,
      series.reason,
      attribution.kind,
      attribution.certainty,
      policyTexts(attribution),
      attribution.endpoint?.key ?? "",
      series.tags,
      series.tagState,
      partyText(series.source),
      partyText(series.destination),
      series.protocol,
      series.port,
      series.l7,
    ]),
  );
}

function policyTexts({ policies }: Attribution): string[][] {
  return policies.map(({ kind, namespace, name }) => [kind, namespace, name]);
}

/** The workload's kind is left out: it is guessed from the pod's name where Cilium does not tell it. */
function partyText({ key, labels, names, identity }: Party): unknown[] {
  return [key, labels, names, identity];
}
