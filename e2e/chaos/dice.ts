/** Chance by a seed: the same seed rolls the same numbers. */

export type Dice = {
  /** From 0 up to and without 1. */
  next(): number;
  /** A whole number from 0 up to and without `limit`. */
  below(limit: number): number;
  pick<T>(things: readonly T[]): T;
};

export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    pick(things) {
      const [first] = things;
      if (first === undefined) throw new RangeError("nothing to pick from");
      return things[below(things.length)] ?? first;
    },
  };
}
