import { answer } from "@/app/api/answer";
import { buildId } from "@/lib/http/build-id";

export const dynamic = "force-dynamic";

/** GET /api/sources : state and accounting of every source, and which build answers. */
export const GET = answer(async (_request, runtime) => ({
  ...runtime.sourceReports(),
  build: buildId(),
}));
