import { answerBytes } from "@/app/api/answer";
import { AppError } from "@/lib/errors";

export const dynamic = "force-dynamic";

const MAX_PART_BYTES = 1024 * 1024;

/** POST /api/captures/:id/bytes?at= : the bytes of the file from `at` on, at most 1 MiB. */
export const POST = answerBytes<{ id: string }>(
  MAX_PART_BYTES,
  async (bytes, request, { captures }, { id }) => {
    const at = new URL(request.url).searchParams.get("at") ?? "";
    if (!/^\d{1,15}$/.test(at)) throw new AppError("bad-request", "at must be a number of bytes.");
    return captures.add(id, Number(at), bytes);
  },
);
