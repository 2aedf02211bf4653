/** For tests: what the store gives back, by the way a person would take it: an export of everything. */
import type { Outcomes } from "@/lib/drops/accounting";
import { decodeLine } from "@/lib/hubble/decode";
import type { Runtime } from "@/lib/live/runtime";
import { EVERYTHING } from "@/lib/query/query";

/** One source as `/api/sources` tells it. */
export type SourceReport = ReturnType<Runtime["sourceReports"]>["sources"][number];

/** Longer than any time that a flow can carry and a store can hold. */
const FOREVER = { fromMs: 0, toMs: 253_402_300_799_000 };

/** Every flow stored, by uuid, in Hubble's JSON; and the number of drops. */
export async function readBack(
  runtime: Pick<Runtime, "exports">,
): Promise<{ drops: number; stored: Map<string, unknown[]> }> {
  const { drops, pieces } = await runtime.exports.open(
    { q: "", query: EVERYTHING, ...FOREVER },
    { format: "jsonl", columns: [] },
  );
  const stored = new Map<string, unknown[]>();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) return { drops, stored };
    for (const line of decoder.decode(value).split("\n")) {
      if (line !== "") keep(stored, line);
    }
  }
}

/** The same, of the lines of an export. */
export function storedFlows(lines: readonly string[]): Map<string, unknown[]> {
  const stored = new Map<string, unknown[]>();
  for (const line of lines) if (line !== "") keep(stored, line);
  return stored;
}

function keep(stored: Map<string, unknown[]>, line: string): void {
  const event = decodeLine(line);
  const uuid = event.kind === "flow" ? event.flow.uuid : `unreadable: ${line.slice(0, 80)}`;
  const { flow } = JSON.parse(line);
  stored.set(uuid, [...(stored.get(uuid) ?? []), flow]);
}

/** The account of a source as it is told to people. */
export function outcomesOf(report: SourceReport): Outcomes {
  const { received, stored, paired, duplicate, rejected, out_of_scope, shed, in_flight } = report;
  const counts = { received, stored, paired, duplicate };
  return {
    ...counts,
    rejected: rejected as Outcomes["rejected"],
    outOfScope: out_of_scope,
    shed: shed as Outcomes["shed"],
    inFlight: in_flight,
  };
}
