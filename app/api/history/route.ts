import { answer } from "@/app/api/answer";

export const dynamic = "force-dynamic";

/** GET /api/history : how far back the store goes, and how much it keeps. */
export const GET = answer((_request, runtime) => runtime.past.history());
