import { answer } from "@/app/api/answer";
import { readGroupBy, readQuery, readRange } from "@/app/api/params";
import { AppError } from "@/lib/errors";
import { sseResponse } from "@/lib/http/sse";

export const dynamic = "force-dynamic";

/** GET /api/live?q=&range=&by= : the view of the last `range`, kept up to date. */
export const GET = answer(async (request, runtime) => {
  const url = new URL(request.url);
  if (request.headers.get("sec-fetch-mode") === "navigate") {
    throw new AppError("bad-request", "This is an event stream, not a page. Open / instead.");
  }
  const { q, query } = readQuery(url);
  const lastEventId = request.headers.get("last-event-id") ?? url.searchParams.get("after");
  const stream = await runtime.live(
    { q, query, rangeMs: readRange(url), by: readGroupBy(url) },
    lastEventId,
  );
  request.signal.addEventListener("abort", () => void stream.return(), { once: true });
  return sseResponse(stream);
});
