import { z } from "zod";
import { answer, answerWrite, jsonResponse } from "@/app/api/answer";
import type { CaptureList } from "@/lib/drops/capture";

export const dynamic = "force-dynamic";

/** GET /api/captures : the captures that are open, and what may be opened. */
export const GET = answer(
  async (_request, { captures }): Promise<CaptureList> => ({
    captures: captures.list(),
    limits: captures.limits,
  }),
);

const bodySchema = z.strictObject({
  name: z.string().min(1).max(255),
  bytes: z.number().int().nonnegative(),
});

/** POST /api/captures: begins one; its bytes follow in parts. */
export const POST = answerWrite(bodySchema, async ({ name, bytes }, { captures }) =>
  jsonResponse(await captures.begin(name, bytes), 201),
);
