import { answer } from "@/app/api/answer";
import { AppError } from "@/lib/errors";
import { auditAsCsv, auditAsLines } from "@/lib/live/audit-export";

export const dynamic = "force-dynamic";

/** GET /api/expectations/audit/export?format=csv|jsonl&id= : the trail as a file, the oldest first. */
export const GET = answer(async (request, { expectations }) => {
  const { searchParams } = new URL(request.url);
  const id = searchParams.get("id");
  const entries = expectations.entries().filter((one) => id === null || one.expectation === id);
  switch (searchParams.get("format") ?? "csv") {
    case "csv":
      return fileResponse(auditAsCsv(entries), "text/csv; charset=utf-8; header=present", "csv");
    case "jsonl":
      return fileResponse(auditAsLines(entries), "application/x-ndjson; charset=utf-8", "jsonl");
    default:
      throw new AppError("bad-request", "format must be csv or jsonl.");
  }
});

function fileResponse(text: string, contentType: string, ending: string): Response {
  return new Response(text, {
    headers: {
      "content-type": contentType,
      "content-disposition": `attachment; filename="expectations-audit.${ending}"`,
      "cache-control": "no-store",
    },
  });
}
