/** The judge for tests over the demo relay, which keeps the uuids that it sent and no more. */
import { balance } from "@/lib/drops/accounting";
import type { Runtime } from "@/lib/live/runtime";
import { outcomesOf, readBack } from "./read-back";

/**
 * Every complaint in words, once nothing is in flight: accounts that do not add up, flows that were
 * sent and are not stored (of verdicts that are stored), stored twice, or never sent.
 */
export async function judgeSample(
  runtime: Pick<Runtime, "exports" | "sourceReports">,
  sentUuids: readonly string[],
): Promise<string[]> {
  const complaints: string[] = [];
  let shed = 0;
  for (const source of runtime.sourceReports().sources) {
    const outcomes = outcomesOf(source);
    const difference = balance(outcomes);
    if (difference !== 0) complaints.push(`${source.id} does not add up by ${difference}`);
    shed += Object.values(outcomes.shed).reduce((sum, count) => sum + count, 0);
  }
  const { stored } = await readBack(runtime);
  const sent = new Set(sentUuids);
  const missing = [...sent].filter((uuid) => !stored.has(uuid));
  if (missing.length > 2 * shed)
    complaints.push(`${missing.length} sent and not stored: ${missing[0]}`);
  for (const [uuid, found] of stored) {
    if (!sent.has(uuid)) complaints.push(`stored and never sent: ${uuid}`);
    if (found.length > 1) complaints.push(`stored ${found.length} times: ${uuid}`);
  }
  return complaints;
}
