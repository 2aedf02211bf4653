/** What each field about one end of a drop means. */
import type { Party, Series } from "@/lib/drops/drop";
import { mayBeRemembered, NO_NAMES, type RememberedName } from "@/lib/drops/remembered";
import { compileBlock, readBlock } from "./address";
import type { TextTest } from "./glob";
import type { NamesAsked, Side, SideTerm, Value } from "./query";
import { anyOf, type SeriesTest, type TestedDrop } from "./series-test";
import { hasNone, identityValues, labelForms, withoutTrailingDot } from "./value-meaning";
import { compileNumbers, compilePaths, compilePresent, compileTexts } from "./value-tests";

/** One end of a drop. */
type End = {
  party(series: Series): Party;
  pod(drop: TestedDrop): string;
  ip(drop: TestedDrop): string;
  identity(drop: TestedDrop): number;
  remembered(drop: TestedDrop): readonly RememberedName[];
};

const SOURCE: End = {
  party: (series) => series.source,
  pod: (drop) => drop.sourcePod,
  ip: (drop) => drop.sourceIp,
  identity: (drop) => drop.sourceIdentity,
  remembered: ({ remembered }) => remembered?.source ?? NO_NAMES,
};

const DESTINATION: End = {
  party: (series) => series.destination,
  pod: (drop) => drop.destinationPod,
  ip: (drop) => drop.destinationIp,
  identity: (drop) => drop.destinationIdentity,
  remembered: ({ remembered }) => remembered?.destination ?? NO_NAMES,
};

const ENDS: Record<Side, readonly End[]> = {
  src: [SOURCE],
  dst: [DESTINATION],
  either: [SOURCE, DESTINATION],
};

export function sideTest(term: SideTerm, names: NamesAsked): SeriesTest {
  return anyOf(ENDS[term.side].map((end) => endTest(term, end, names)));
}

function endTest({ field, values }: SideTerm, end: End, names: NamesAsked): SeriesTest {
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
      return fqdnTest(values, end, names);
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

/** What the flow gave decides; where it gave no name, those that the drop had remembered do. */
function fqdnTest(values: readonly Value[], end: End, asked: NamesAsked): SeriesTest {
  const none = hasNone(values);
  const test = compilePresent(values.map(withoutTrailingDot), true);
  return (series) => {
    const party = end.party(series);
    if (party.names.length > 0) return party.names.some(test);
    if (!mayBeRemembered(party)) return none;
    return (drop) => {
      const names = end.remembered(drop);
      return names.length === 0 ? none : passes(names, test, asked);
    };
  };
}

/** Of names that are there. */
export function passes(
  names: readonly RememberedName[],
  test: TextTest,
  asked: NamesAsked,
): boolean {
  return asked === "any"
    ? names.some(({ name }) => test(name))
    : names.every(({ name }) => test(name));
}

function compileAddresses(values: readonly Value[]): TextTest {
  const none = hasNone(values);
  const blocks = values.map(({ text }) => readBlock(text)).filter((block) => block !== null);
  const tests = blocks.map(compileBlock);
  const held = remembered((address) => tests.some((test) => test(address)));
  return (address) => (address === "" ? none : held(address));
}

/** Addresses come again and again, and reading one costs more than finding it here. */
const MOST_REMEMBERED = 4_096;

function remembered(test: TextTest): TextTest {
  const answers = new Map<string, boolean>();
  return (text) => {
    let answer = answers.get(text);
    if (answer === undefined) {
      answer = test(text);
      if (answers.size >= MOST_REMEMBERED) answers.clear();
      answers.set(text, answer);
    }
    return answer;
  };
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
