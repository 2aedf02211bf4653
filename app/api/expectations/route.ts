import { answer, answerWrite, jsonResponse } from "@/app/api/answer";
import { newExpectation } from "@/app/api/expectations/expectation-body";
import { signedAs } from "@/lib/auth/actor";
import type { ExpectationList } from "@/lib/expectations/view";

export const dynamic = "force-dynamic";

/** GET /api/expectations : all there are, with their hits; revoked and expired ones too. */
export const GET = answer(
  async (
    _request,
    { expectations, expectationRows, expectationProblems },
  ): Promise<ExpectationList> => ({
    expectations: await expectationRows(expectations.list()),
    problems: expectationProblems(),
    revision: expectations.revision,
  }),
);

/** POST /api/expectations NewExpectation : answers 201 with the expectation. */
export const POST = answerWrite(newExpectation, async (body, { expectations }, _params, actor) =>
  jsonResponse(await expectations.create(body, signedAs(actor, body.author)), 201),
);
