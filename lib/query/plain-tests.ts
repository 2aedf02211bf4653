/** What each field about the drop as a whole means. */
import { reasonOf } from "@/lib/drops/reason";
import { compileGlob } from "./glob";
import type { PlainTerm, Value } from "./query";
import { codeOfReasonText } from "./reasons";
import type { DropTest, SeriesTest } from "./series-test";
import { hasNone, protocolNames } from "./value-meaning";
import { compileNumbers, compilePaths, compilePresent, compileTexts } from "./value-tests";

/** `isExpected` answers `expected:`. */
export function plainTest(term: PlainTerm, isExpected: DropTest): SeriesTest {
  const { field, values } = term;
  const text = compileTexts(values);
  switch (field) {
    case "verdict":
      return (series) => text(series.verdict);
    case "direction":
      return (series) => text(series.direction);
    case "attribution":
      return (series) => text(series.attribution.kind);
    case "certainty":
      return (series) => text(series.attribution.certainty);
    case "tag.state":
      return (series) => text(series.tagState);
    case "cluster":
      return (series) => text(series.cluster);
    case "group":
      return (series) => text(series.group);
    case "series":
      return (series) => text(series.id);
    case "source":
      return () => (drop) => text(drop.origin);
    case "proto":
      return protoTest(values);
    case "port":
      return portTest(values);
    case "reason":
      return reasonTest(values);
    case "l7":
      return l7Test(values);
    case "tag":
      return tagTest(values);
    case "policy":
      return policyTest(values);
    case "policy.kind":
      return (series) => series.attribution.policies.some((policy) => text(policy.kind));
    case "policy.ns":
      return (series) => series.attribution.policies.some((policy) => text(policy.namespace));
    case "node":
      return nodeTest(values);
    case "expected":
      return () => (drop) => text(String(isExpected(drop)));
  }
}

function protoTest(values: readonly Value[]): SeriesTest {
  const names = new Set(protocolNames(values));
  return (series) => names.has(series.protocol);
}

function portTest(values: readonly Value[]): SeriesTest {
  const test = compileNumbers(values);
  return (series) => test(series.port);
}

function reasonTest(values: readonly Value[]): SeriesTest {
  const codes = new Set(
    values.filter((value) => !value.glob).map(({ text }) => codeOfReasonText(text)),
  );
  const globs = values.filter((value) => value.glob).map(({ text }) => compileGlob(text));
  return ({ reason }) => {
    if (codes.has(reason)) return true;
    return reason !== 0 && globs.some((test) => test(reasonOf(reason).name));
  };
}

function l7Test(values: readonly Value[]): SeriesTest {
  const test = compileTexts(values, true);
  return (series) => test(series.l7);
}

/** `none` is a drop known to have no tag; where tags were not exported nothing is known. */
function tagTest(values: readonly Value[]): SeriesTest {
  const none = hasNone(values);
  const test = compilePresent(values);
  return (series) => (none && series.tagState === "untagged") || series.tags.some(test);
}

function policyTest(values: readonly Value[]): SeriesTest {
  const none = hasNone(values);
  const test = compilePaths(values);
  return ({ attribution }) => {
    if (attribution.policies.length === 0) return none;
    return attribution.policies.some((policy) => test(policy.namespace, policy.name));
  };
}

function nodeTest(values: readonly Value[]): SeriesTest {
  const test = compilePaths(values);
  return (series) => (drop) => test(series.cluster, drop.node);
}
