/** What another replica told of a source that it reads, out of its claim. It may be of another build. */
import { z } from "zod";
import type { SourceReport } from "@/lib/drops/source-report";
import type { LastClaim } from "@/lib/store/claims-table";

export type Told = { report: SourceReport; isHeld: boolean; ageMs: number };

/** What those that show a report go through; the rest is drawn as it is. */
const REPORT = z.looseObject({
  id: z.string(),
  kind: z.string(),
  address: z.string(),
  state: z.string(),
  message: z.string(),
  since: z.string(),
  lostAtMost: z.string(),
  rejected: z.record(z.string(), z.number()),
  shed: z.record(z.string(), z.number()),
  rates: z.looseObject({ lastMinute: z.array(z.number()) }),
  unavailableNodes: z.array(z.string()),
  unreadable: z.array(z.looseObject({})),
  nodes: z.array(z.looseObject({})),
  losses: z.array(z.looseObject({})),
  gaps: z.array(z.looseObject({})),
  problems: z.array(z.looseObject({})),
  preflight: z.array(z.looseObject({})),
});

/** Null for a claim that holds no report of a source. */
export function toldBy({ holder, body, isHeld, ageMs }: LastClaim): Told | null {
  let said: unknown;
  try {
    said = JSON.parse(body);
  } catch {
    return null;
  }
  if (!REPORT.safeParse(said).success) return null;
  const report = { ...(said as SourceReport), readBy: holder.replace(/\/[^/]*$/, "") };
  return { report, isHeld, ageMs };
}
