import { answer } from "@/app/api/answer";
import { readViewParams } from "@/app/api/params";

export const dynamic = "force-dynamic";

/** GET /api/groups?q=&from=&to=&by= : the whole view of a range. */
export const GET = answer((request, runtime) =>
  runtime.past.view(readViewParams(new URL(request.url), Date.now())),
);
