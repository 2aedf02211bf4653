import { answer } from "@/app/api/answer";
import { readViewParams } from "@/app/api/params";

export const dynamic = "force-dynamic";

/** GET /api/timeline?q=&from=&to= : the bars of a range, gaps included. */
export const GET = answer(async (request, runtime) => {
  const view = await runtime.past.view(readViewParams(new URL(request.url), Date.now()));
  const { query, fromMs, toMs, stepMs, totals, timeline, coverage } = view;
  return { query, fromMs, toMs, stepMs, totals, timeline, coverage };
});
