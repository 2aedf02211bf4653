/** Lines of a file or a request to events: joined where a runtime cut them, taken apart where they hold several. */
import { decodeLines } from "./decode";
import type { DecodedEvent } from "./event";
import { createPartJoiner } from "./join-parts";
import type { FileLine } from "./line-splitter";

export type LineDecoder = {
  /** Of one line: none while it waits for its other part, several where it holds several. */
  events(line: FileLine): readonly DecodedEvent[];
  /** Of many lines. */
  all(lines: readonly FileLine[]): DecodedEvent[];
  /** At the end: what waits for a part that never came. */
  rest(): readonly DecodedEvent[];
};

const TOO_LONG: readonly DecodedEvent[] = [
  { kind: "malformed", reason: "line too long", sample: "" },
];

export function createLineDecoder(): LineDecoder {
  const joiner = createPartJoiner();
  function events({ text }: FileLine): readonly DecodedEvent[] {
    if (text === null) return TOO_LONG;
    const wholes = joiner.add(text);
    return wholes.length === 1 ? decodeLines(wholes[0] ?? "") : wholes.flatMap(decodeLines);
  }
  return {
    events,
    all: (lines) => lines.flatMap(events),
    rest: () => joiner.rest().flatMap(decodeLines),
  };
}
