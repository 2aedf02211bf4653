import { answer } from "@/app/api/answer";
import { readViewParams } from "@/app/api/params";

export const dynamic = "force-dynamic";

/** GET /api/groups/:id?q=&from=&to=&by= : one group's series and newest drops. */
export const GET = answer<{ id: string }>((request, runtime, { id }) =>
  runtime.past.group(id, readViewParams(new URL(request.url), Date.now())),
);
