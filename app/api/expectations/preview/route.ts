import { answerAsked } from "@/app/api/answer";
import { previewRequest } from "@/app/api/expectations/expectation-body";

export const dynamic = "force-dynamic";

/** POST /api/expectations/preview PreviewRequest : what the draft would hide. Changes nothing. */
export const POST = answerAsked(previewRequest, async (body, { preview }) => preview(body));
