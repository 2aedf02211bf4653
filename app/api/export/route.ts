import { answer } from "@/app/api/answer";
import { readExportWanted, readListParams } from "@/app/api/params";
import { AppError, messageOf } from "@/lib/errors";
import { streamResponse } from "@/lib/http/stream";

export const dynamic = "force-dynamic";

/**
 * GET /api/export?q=&range=|from=&to=&format=csv|jsonl&columns= : every drop of the view as a file,
 * oldest first. `x-droplens-lines` is how many lines it will have, without the head of a CSV; a
 * connection that breaks off before its end is an export that failed.
 */
export const GET = answer(async (request, runtime) => {
  const url = new URL(request.url);
  const params = readListParams(url, Date.now());
  const { filename, contentType, drops, lines, pieces } = await runtime.exports.open(
    params,
    readExportWanted(url),
  );
  if (request.signal.aborted) {
    await pieces.return();
    throw new AppError("unavailable", "The browser has left.");
  }
  request.signal.addEventListener("abort", () => void pieces.return(), { once: true });
  const headers = {
    "content-type": contentType,
    "content-disposition": `attachment; filename="${filename}"`,
    // no-transform: compressed, the pieces would be held back.
    "cache-control": "no-store, no-transform",
    "x-droplens-drops": String(drops),
    "x-droplens-lines": String(lines),
  };
  return streamResponse(pieces, headers, (error) =>
    runtime.log.error("an export broke off", { filename, error: messageOf(error) }),
  );
});

/** Next would answer HEAD by opening an export that nobody reads. */
export const HEAD = answer(async () => {
  throw new AppError("bad-request", "This is an export. Ask with GET.");
});
