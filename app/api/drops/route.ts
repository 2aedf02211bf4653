import { answer } from "@/app/api/answer";
import { readArrived, readLimit, readListParams } from "@/app/api/params";

export const dynamic = "force-dynamic";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/**
 * GET /api/drops?q=&from=&to=&limit=&before=&arrived= : drops newest first; `next` continues after
 * them, `arrived` leaves out what was stored before that time. Without `to` it has no upper end.
 */
export const GET = answer(async (request, runtime) => {
  const url = new URL(request.url);
  const nowMs = Date.now();
  return runtime.past.drops(readListParams(url, nowMs), {
    limit: readLimit(url, DEFAULT_LIMIT, MAX_LIMIT),
    before: url.searchParams.get("before"),
    arrivedMs: readArrived(url, nowMs),
  });
});
