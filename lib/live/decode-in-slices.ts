/** Decodes many lines without holding up everything else: other work gets its turn in between. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DecodedEvent } from "@/lib/hubble/event";
import { createLineDecoder } from "@/lib/hubble/line-decoder";
import type { FileLine } from "@/lib/hubble/line-splitter";

/** Characters and lines of a slice: some milliseconds. */
const SLICE_CHARACTERS = 512 * 1024;
const SLICE_LINES = 500;

/** Of the lines of one batch: a part whose end is not among them is given as it is. */
export async function decodeInSlices(lines: readonly FileLine[]): Promise<DecodedEvent[]> {
  const decoder = createLineDecoder();
  const events: DecodedEvent[] = [];
  let characters = 0;
  let taken = 0;
  for (const line of lines) {
    for (const event of decoder.events(line)) events.push(event);
    characters += line.text?.length ?? 0;
    taken += 1;
    if (taken < SLICE_LINES && characters < SLICE_CHARACTERS) continue;
    taken = characters = 0;
    await nextTurn();
  }
  for (const event of decoder.rest()) events.push(event);
  return events;
}
