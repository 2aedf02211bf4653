/** A bare word: searched in all text of a drop, anywhere and in any case (A-Z only). */
import type { Party, Series } from "@/lib/drops/drop";
import type { Remembered } from "@/lib/drops/remembered";
import { compileGlobInside, foldCase, type TextTest } from "./glob";
import type { NamesAsked, TextTerm } from "./query";
import { reasonCodesWhere } from "./reasons";
import type { SeriesTest } from "./series-test";
import { passes } from "./side-tests";
import { wordPattern } from "./value-meaning";

export function wordTest(term: TextTerm, names: NamesAsked): SeriesTest {
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
      found(drop.destinationIp) ||
      (drop.remembered !== null && inNames(drop.remembered, found, names));
  };
}

function inNames({ source, destination }: Remembered, found: TextTest, asked: NamesAsked): boolean {
  return [source, destination].some((names) => names.length > 0 && passes(names, found, asked));
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
