/**
 * What each field means on a series and on a drop. A term asked of a series answers yes, no, or
 * with the test that each of its drops must still pass.
 */
import type { Drop, Party, Series } from "@/lib/drops/drop";
import { reasonOf } from "@/lib/drops/reason";
import { compileBlock, readBlock } from "./address";
import { compileGlob, compileGlobInside, escapeGlob, foldCase, type TextTest } from "./glob";
import { reservedIdentity } from "./identities";
import type { PlainTerm, Side, SideTerm, Term, TextTerm, Value } from "./query";
import { isSideTerm } from "./query";
import { codeOfReasonText, reasonCodesWhere } from "./reasons";
import {
  compileNumbers,
  compilePaths,
  compilePresent,
  compileTexts,
  hasNone,
  labelForms,
} from "./value-tests";

export type DropTest = (drop: Drop) => boolean;
/** True or false for all drops of the series, or what is left to ask of each. */
export type SeriesTest = (series: Series) => boolean | DropTest;

/** `isExpected` answers `expected:`. */
export function compileTerm(term: Term, isExpected: DropTest): SeriesTest {
  const test =
    term.field === "text"
      ? textTest(term)
      : isSideTerm(term)
        ? sideTest(term)
        : plainTest(term, isExpected);
  return term.negated ? not(test) : test;
}

function not(test: SeriesTest): SeriesTest {
  return (series) => {
    const answer = test(series);
    return typeof answer === "boolean" ? !answer : (drop) => !answer(drop);
  };
}

function plainTest(term: PlainTerm, isExpected: DropTest): SeriesTest {
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

/** `ICMP` stands for both versions. */
export function protocolNames(values: readonly Value[]): string[] {
  return values.flatMap(({ text }) => (text === "ICMP" ? ["ICMPv4", "ICMPv6"] : [text]));
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

/** One end of a drop. */
type End = {
  party(series: Series): Party;
  pod(drop: Drop): string;
  ip(drop: Drop): string;
  identity(drop: Drop): number;
};

const SOURCE: End = {
  party: (series) => series.source,
  pod: (drop) => drop.sourcePod,
  ip: (drop) => drop.sourceIp,
  identity: (drop) => drop.sourceIdentity,
};

const DESTINATION: End = {
  party: (series) => series.destination,
  pod: (drop) => drop.destinationPod,
  ip: (drop) => drop.destinationIp,
  identity: (drop) => drop.destinationIdentity,
};

const ENDS: Record<Side, readonly End[]> = {
  src: [SOURCE],
  dst: [DESTINATION],
  either: [SOURCE, DESTINATION],
};

function sideTest(term: SideTerm): SeriesTest {
  return anyOf(ENDS[term.side].map((end) => endTest(term, end)));
}

function anyOf(tests: readonly SeriesTest[]): SeriesTest {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (series) => {
    const left: DropTest[] = [];
    for (const test of tests) {
      const answer = test(series);
      if (answer === true) return true;
      if (answer !== false) left.push(answer);
    }
    return left.length > 0 && ((drop) => left.some((test) => test(drop)));
  };
}

function endTest({ field, values }: SideTerm, end: End): SeriesTest {
  switch (field) {
    case "ns": {
      const test = compileTexts(values);
      return (series) => test(end.party(series).namespace);
    }
    case "workload": {
      const test = compilePaths(values);
      return (series) => test(end.party(series).namespace, end.party(series).workload);
    }
    case "pod": {
      const test = compilePaths(values);
      return (series) => {
        const { namespace } = end.party(series);
        return (drop) => test(namespace, end.pod(drop));
      };
    }
    case "label":
      return labelTest(values, end);
    case "fqdn":
      return fqdnTest(values, end);
    case "ip": {
      const test = compileAddresses(values);
      return () => (drop) => test(end.ip(drop));
    }
    case "identity":
      return identityTest(values, end);
  }
}

function labelTest(values: readonly Value[], end: End): SeriesTest {
  const none = hasNone(values);
  const test = compilePresent(values);
  return (series) => {
    const { labels } = end.party(series);
    return labels.length === 0 ? none : labels.some((label) => labelForms(label).some(test));
  };
}

/** DNS names end without a dot; a pattern may be written with one. */
export function withoutTrailingDot(value: Value): Value {
  return { ...value, text: value.text.replace(/\.$/, "") };
}

function fqdnTest(values: readonly Value[], end: End): SeriesTest {
  const none = hasNone(values);
  const test = compilePresent(values.map(withoutTrailingDot), true);
  return (series) => {
    const { names } = end.party(series);
    return names.length === 0 ? none : names.some(test);
  };
}

function compileAddresses(values: readonly Value[]): TextTest {
  const none = hasNone(values);
  const blocks = values.map(({ text }) => readBlock(text)).filter((block) => block !== null);
  const tests = blocks.map(compileBlock);
  return (address) => (address === "" ? none : tests.some((test) => test(address)));
}

/**
 * A reserved name is its number or its label: CIDR and DNS identities carry `reserved:world`, and
 * the API server's addresses `reserved:kube-apiserver`, beside a number of their own.
 */
function identityTest(values: readonly Value[], end: End): SeriesTest {
  const { numbers, labels } = identityValues(values);
  const test = compileNumbers(numbers);
  return (series) => {
    if (labels.length > 0 && end.party(series).labels.some((label) => labels.includes(label))) {
      return true;
    }
    return (drop) => test(end.identity(drop));
  };
}

/** Values of `identity:` as numbers and, for reserved names, labels. */
export function identityValues(values: readonly Value[]): { numbers: Value[]; labels: string[] } {
  const labels: string[] = [];
  const numbers = values.map((value): Value => {
    const identity = reservedIdentity(value.text);
    if (identity === null) return value;
    labels.push(`reserved:${value.text}`);
    return { op: "=", text: String(identity), glob: false };
  });
  return { numbers, labels };
}

/** The pattern that a bare word is searched with: anywhere in a text, in any case. */
export function wordPattern(value: Value): string {
  return foldCase(value.glob ? value.text : escapeGlob(value.text));
}

function textTest(term: TextTerm): SeriesTest {
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
