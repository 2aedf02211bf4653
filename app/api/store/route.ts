import { answer } from "@/app/api/answer";

export const dynamic = "force-dynamic";

/** GET /api/store : whether history is written and read, what is paused, and what to do. */
export const GET = answer(async (_request, runtime) => runtime.storeReport());
