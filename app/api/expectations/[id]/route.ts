import type { z } from "zod";
import { answer, answerWrite, emptyResponse } from "@/app/api/answer";
import { expectationChange } from "@/app/api/expectations/expectation-body";
import { signedAs } from "@/lib/auth/actor";
import { AppError } from "@/lib/errors";
import type { ExpectationDetails } from "@/lib/expectations/view";

export const dynamic = "force-dynamic";

type Change = z.infer<typeof expectationChange>;
type Params = { id: string };

/** GET /api/expectations/:id : with all that is known under it. */
export const GET = answer<Params>(
  async (_request, { expectations, expectationRows }, { id }): Promise<ExpectationDetails> => {
    const expectation = expectations.get(id);
    const [row] = await expectationRows([expectation]);
    if (row === undefined) throw new AppError("not-found", "There is no such expectation.");
    return { expectation, row };
  },
);

/** PATCH /api/expectations/:id ExpectationChange : 409 with `current` when it was changed since. */
export const PATCH = answerWrite<Change, Params>(
  expectationChange,
  (body, { expectations }, { id }, actor) =>
    expectations.change(id, body, signedAs(actor, body.author)),
);

/** DELETE /api/expectations/:id : takes it back; it stays in the list and can be brought back. */
export const DELETE = answerWrite<Params>(null, async (_body, { expectations }, { id }, actor) => {
  const { version } = expectations.get(id);
  await expectations.change(id, { version, revoked: true }, actor);
  return emptyResponse();
});
