/** One process with one store that holds a day of drops: times what Triage asks of it. */
import { createWindow } from "@/lib/drops/live-window";
import { chooseStep } from "@/lib/drops/timeline";
import { FACET_FIELDS, type FacetField, type GroupBy } from "@/lib/drops/view";
import { groupingBy } from "@/lib/query/grouping";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";
import { whereOf } from "@/lib/store/where";
import { answer } from "./child";
import { openStoredDay, type StoredDay } from "./stored-day";

export type HistoryRequest =
  | { what: "fill"; drops: number }
  | { what: "scan" }
  | { what: "facets"; q: string; fields: readonly FacetField[] | null; prefix: string }
  | { what: "groups"; q: string; by: GroupBy };

const DAY_MS = 86_400_000;

let day: StoredDay;

answer(async (request: HistoryRequest): Promise<number> => {
  if (request.what === "fill") {
    day = await openStoredDay(request.drops);
    return day.drops;
  }
  const beganMs = performance.now();
  await run(request);
  return performance.now() - beganMs;
});

async function run(request: Exclude<HistoryRequest, { what: "fill" }>): Promise<void> {
  if (request.what === "scan") return day.scan();
  const { store, range } = day;
  const query = queryOf(request.q);
  if (request.what === "facets") {
    const { fields, prefix } = request;
    await store.facets({ ...range, query, fields: fields ?? FACET_FIELDS, prefix, limit: 10 });
    return;
  }
  const stepMs = chooseStep(DAY_MS);
  const window = createWindow({ ...range, stepMs, grouping: groupingBy(request.by) });
  window.load(await store.snapshot({ ...range, stepMs, where: whereOf(query) }));
  window.snapshot(500);
}

function queryOf(text: string): Query {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.query;
}
