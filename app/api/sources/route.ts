import { answer } from "@/app/api/answer";

export const dynamic = "force-dynamic";

/** GET /api/sources : state and accounting of every source. */
export const GET = answer(async (_request, runtime) => runtime.sourceReports());
