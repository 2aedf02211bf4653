import type { z } from "zod";
import { answerWrite, emptyResponse } from "@/app/api/answer";
import { savedViewChange } from "@/app/api/views/saved-view-body";
import { signedAs } from "@/lib/auth/actor";

export const dynamic = "force-dynamic";

type Change = z.infer<typeof savedViewChange>;
type Params = { id: string };

/** PATCH /api/views/:id {name?, search?, version, author?} : 409 when it was changed since. */
export const PATCH = answerWrite<Change, Params>(
  savedViewChange,
  ({ author, ...change }, { savedViews }, { id }, actor) =>
    savedViews.change(id, change, signedAs(actor, author)),
);

/** DELETE /api/views/:id */
export const DELETE = answerWrite<Params>(null, async (_body, { savedViews }, { id }, actor) => {
  await savedViews.remove(id, actor);
  return emptyResponse();
});
