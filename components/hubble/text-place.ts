/** Where in a text of several lines an offset is, with what stands there. */

export type TextPlace = {
  /** From 1. */
  line: number;
  column: number;
  /** What stands before it on its line, the last of it. */
  before: string;
  /** The first of what is wrong, on that line; empty at the end of the text. */
  wrong: string;
};

const BEFORE = 20;
const WRONG = 32;

/** @param at Offset in UTF-16 code units; @param length how much is wrong from there on. */
export function placeOf(text: string, at: number, length: number): TextPlace {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at);
  const wrong = text.slice(at, Math.min(at + Math.max(1, length), at + WRONG));
  return {
    line: text.slice(0, start).split("\n").length,
    column: at - start + 1,
    before: text.slice(Math.max(start, at - BEFORE), at),
    wrong: end < 0 ? wrong : wrong.slice(0, Math.max(0, end - at)),
  };
}
