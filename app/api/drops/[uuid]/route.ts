import { answer } from "@/app/api/answer";

export const dynamic = "force-dynamic";

/** GET /api/drops/:uuid : one drop with the flows it was made from. */
export const GET = answer<{ uuid: string }>((_request, runtime, { uuid }) =>
  runtime.past.drop(uuid),
);
