/** Decodes many lines without holding up everything else: other work gets its turn in between. */
import type { DecodedEvent } from "@/lib/hubble/event";
import { createLineDecoder } from "@/lib/hubble/line-decoder";
import type { FileLine } from "@/lib/hubble/line-splitter";
import { createSlices } from "@/lib/turns";

/** Of the lines of one batch: a part whose end is not among them is given as it is. */
export async function decodeInSlices(lines: readonly FileLine[]): Promise<DecodedEvent[]> {
  const decoder = createLineDecoder();
  const events: DecodedEvent[] = [];
  const slices = createSlices(1);
  for (const line of lines) {
    for (const event of decoder.events(line)) events.push(event);
    if (slices.isUp()) await slices.next();
  }
  for (const event of decoder.rest()) events.push(event);
  return events;
}
