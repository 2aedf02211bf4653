import { answer, answerWrite, emptyResponse } from "@/app/api/answer";

export const dynamic = "force-dynamic";

type Params = { id: string };

/** GET /api/captures/:id : how far it is read, and its account. */
export const GET = answer<Params>(async (_request, { captures }, { id }) => captures.summary(id));

/** DELETE /api/captures/:id : closes it; its drops are gone. */
export const DELETE = answerWrite<Params>(null, async (_body, { captures }, { id }) => {
  await captures.close(id);
  return emptyResponse();
});
