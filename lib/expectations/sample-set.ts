/** For tests: a set of expectations that the test changes as a whole. */
import type { Expectation } from "./expectation";
import type { ExpectationSource } from "./source";

export type SampleSet = ExpectationSource & { set(list: readonly Expectation[]): void };

export function sampleSet(first: readonly Expectation[] = []): SampleSet {
  let list = first;
  let revision = 0;
  const listeners = new Set<() => void>();
  return {
    list: () => list,
    get revision() {
      return revision;
    },
    problems: () => [],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      list = next;
      revision += 1;
      for (const listener of listeners) listener();
    },
  };
}
