import { answer } from "@/app/api/answer";
import type { Me } from "@/lib/expectations/view";

export const dynamic = "force-dynamic";

/** GET /api/me : whom the server takes the asker for. */
export const GET = answer(
  async (_request, { config }, _params, { name, verified }): Promise<Me> => ({
    name,
    verified,
    mode: config.auth.mode,
    expectationMaxDays: config.expectationMaxDays,
  }),
);
