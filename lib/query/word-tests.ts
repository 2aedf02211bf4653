/** A bare word: searched in all text of a drop, anywhere and in any case (A-Z only). */
import type { Party, Series } from "@/lib/drops/drop";
import { compileGlobInside, foldCase, type TextTest } from "./glob";
import type { TextTerm } from "./query";
import { reasonCodesWhere } from "./reasons";
import type { SeriesTest } from "./series-test";
import { wordPattern } from "./value-meaning";

export function wordTest(term: TextTerm): SeriesTest {
  const tests = term.values.map((value) => compileGlobInside(wordPattern(value)));
  const found: TextTest = (text) => {
    if (text === "") return false;
    const folded = foldCase(text);
    return tests.some((test) => test(folded));
  };
  const reasons = reasonCodesWhere(found, true);
  return (series) => {
    if (reasons.has(series.reason) || seriesTexts(series).some(found)) return true;
    return (drop) =>
      found(drop.node) ||
      found(drop.sourcePod) ||
      found(drop.destinationPod) ||
      found(drop.sourceIp) ||
      found(drop.destinationIp);
  };
}

/** All texts of a series that a bare word is searched in, the reason aside. */
function seriesTexts(series: Series): string[] {
  const policies = series.attribution.policies.map(policyText);
  const { cluster, protocol, l7, tags, source, destination } = series;
  return [
    cluster,
    protocol,
    l7,
    ...tags,
    ...policies,
    ...partyTexts(source),
    ...partyTexts(destination),
  ];
}

/** `namespace/name`, or the name of a cluster-wide policy. */
function policyText(policy: { namespace: string; name: string }): string {
  return policy.namespace === "" ? policy.name : `${policy.namespace}/${policy.name}`;
}

function partyTexts({ name, namespace, workload, labels, names }: Party): string[] {
  return [name, namespace, workload, ...labels, ...names];
}
