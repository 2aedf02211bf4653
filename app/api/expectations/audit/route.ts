import { answer } from "@/app/api/answer";
import { readLimit } from "@/app/api/params";
import { AppError } from "@/lib/errors";

export const dynamic = "force-dynamic";

const LIMIT = 100;
const MAX_LIMIT = 1_000;

/** GET /api/expectations/audit?id=&before=&limit= : who did what, the newest first. */
export const GET = answer(async (request, { expectations }) => {
  const url = new URL(request.url);
  const limit = readLimit(url, LIMIT, MAX_LIMIT);
  return expectations.audit({ id: url.searchParams.get("id"), before: readBefore(url), limit });
});

function readBefore(url: URL): number | null {
  const text = url.searchParams.get("before");
  if (text === null) return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AppError("bad-request", "before must be the next of an earlier answer.");
}
