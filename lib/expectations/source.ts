/** Where the set of expectations comes from, as the running system hands it round. */
import type { Expectation } from "./expectation";

export type ExpectationSource = {
  /** All there are, revoked and expired ones too, in any order. The same array until it changes. */
  list(): readonly Expectation[];
  /** Goes up with each change of any expectation. */
  readonly revision: number;
  /** Calls `listener` after each change, when `list` already has it. Answers how to stop that. */
  onChange(listener: () => void): () => void;
  /** In words: what of the set cannot be read. What it cannot read is not in the list. */
  problems(): readonly string[];
};

/** A set that is empty and stays so. */
export const NO_EXPECTATIONS: ExpectationSource = {
  list: () => [],
  revision: 0,
  onChange: () => () => {},
  problems: () => [],
};
