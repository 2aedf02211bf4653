import { answerWrite } from "@/app/api/answer";
import { bulkChange } from "@/app/api/expectations/expectation-body";
import { signedAs } from "@/lib/auth/actor";

export const dynamic = "force-dynamic";

/** POST /api/expectations/bulk BulkChange : answers BulkResult, each done or not by itself. */
export const POST = answerWrite(bulkChange, ({ items, change }, { expectations }, _params, actor) =>
  expectations.changeSeveral(items, change, signedAs(actor, change.author)),
);
