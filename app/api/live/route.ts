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
  // Gone while the view was opened: the event for it has passed.
  if (request.signal.aborted) {
    await stream.return();
    throw new AppError("unavailable", "The browser has left.");
  }
  request.signal.addEventListener("abort", () => void stream.return(), { once: true });
  return sseResponse(stream);
});

/** Next would answer HEAD by opening a stream that nobody reads and nobody ends. */
export const HEAD = answer(async () => {
  throw new AppError("bad-request", "This is an event stream. Ask with GET.");
});
