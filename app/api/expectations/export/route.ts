import { z } from "zod";
import { answer, answerAsked } from "@/app/api/answer";
import { AppError } from "@/lib/errors";
import type { Expectation } from "@/lib/expectations/expectation";
import { MAX_YAML_BYTES, writeYaml } from "@/lib/expectations/yaml";

export const dynamic = "force-dynamic";

const body = z.strictObject({ earlier: z.string() });

/** GET /api/expectations/export : all that was not taken back, as YAML. */
export const GET = answer(async (_request, { expectations }) =>
  yamlResponse(expectations.list(), null),
);

/** POST /api/expectations/export {earlier} : the same over an earlier file, whose comments are kept. */
export const POST = answerAsked(
  body,
  async ({ earlier }, { expectations }) => yamlResponse(expectations.list(), earlier),
  { maxBodyBytes: MAX_YAML_BYTES * 2 },
);

function yamlResponse(all: readonly Expectation[], earlier: string | null): Response {
  const text = writeYaml(all, earlier);
  if (text === null) throw new AppError("bad-request", "earlier: this is no file of expectations.");
  return new Response(text, {
    headers: {
      "content-type": "application/yaml; charset=utf-8",
      "content-disposition": 'attachment; filename="expectations.yaml"',
      "cache-control": "no-store",
    },
  });
}
