import { answer } from "@/app/api/answer";
import { readGroupBy, readQuery, readRange } from "@/app/api/params";
import { AppError } from "@/lib/errors";
import { buildId } from "@/lib/http/build-id";
import { chunksAfter, encodeSse, SSE_PRELUDE, sseAnswer, sseResponse } from "@/lib/http/sse";

export const dynamic = "force-dynamic";

/**
 * GET /api/live?q=&range=&by=&after= : the view of the last `range`, kept up to date. `after` is the
 * id of the last event seen, as `Last-Event-ID`, which some proxies take away. With `once=1` the
 * answer holds what is new and ends.
 */
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
  const hello = encodeSse("hello", null, { build: buildId(), nowMs: Date.now() });
  if (url.searchParams.has("once")) return sseAnswer(chunksAfter([hello], stream));
  // Gone while the view was opened: the event for it has passed.
  if (request.signal.aborted) {
    await stream.return();
    throw new AppError("unavailable", "The browser has left.");
  }
  request.signal.addEventListener("abort", () => void stream.return(), { once: true });
  return sseResponse(chunksAfter([SSE_PRELUDE, hello], stream));
});

/** Next would answer HEAD by opening a stream that nobody reads and nobody ends. */
export const HEAD = answer(async () => {
  throw new AppError("bad-request", "This is an event stream. Ask with GET.");
});
