import { answer } from "@/app/api/answer";
import { readLimit, readViewParams } from "@/app/api/params";

export const dynamic = "force-dynamic";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** GET /api/drops?q=&from=&to=&limit=&before= : drops newest first; `next` continues after them. */
export const GET = answer(async (request, runtime) => {
  const url = new URL(request.url);
  const params = readViewParams(url, Date.now());
  const limit = readLimit(url, DEFAULT_LIMIT, MAX_LIMIT);
  return runtime.past.drops(params, limit, url.searchParams.get("before"));
});
