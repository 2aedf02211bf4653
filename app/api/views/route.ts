import { answer, answerWrite, jsonResponse } from "@/app/api/answer";
import { signedAs } from "@/lib/auth/actor";
import { newSavedView } from "./saved-view-body";

export const dynamic = "force-dynamic";

/** GET /api/views : all saved views, by name. */
export const GET = answer(async (_request, { savedViews }) => ({ views: savedViews.list() }));

/** POST /api/views {name, search, author?} : saves a view; 409 when the name is taken. */
export const POST = answerWrite(
  newSavedView,
  async ({ author, ...view }, { savedViews }, _params, actor) =>
    jsonResponse(await savedViews.create(view, signedAs(actor, author)), 201),
);
