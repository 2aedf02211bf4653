import { answerPush, jsonResponse } from "@/app/api/answer";
import { readLinesBody } from "@/lib/live/push-body";

export const dynamic = "force-dynamic";

/**
 * POST /api/ingest/:source, with `Authorization: Bearer` and the source's token : exporter lines,
 * plain or gzip. 200 says that every line is stored or counted; 429 and 503 say to send it again.
 * The body is read only where there is room for it.
 */
export const POST = answerPush<{ source: string }>(async (request, endpoint) =>
  jsonResponse(await endpoint.accept((onBytes) => readLinesBody(request, onBytes))),
);
