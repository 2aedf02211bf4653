import { z } from "zod";
import { answerWrite } from "@/app/api/answer";
import { author } from "@/app/api/expectations/expectation-body";
import { signedAs } from "@/lib/auth/actor";
import { MAX_YAML_BYTES } from "@/lib/expectations/yaml";
import { importYaml } from "@/lib/live/expectation-import";

export const dynamic = "force-dynamic";

const body = z.strictObject({ yaml: z.string(), apply: z.boolean(), author });

/** POST /api/expectations/import {yaml, apply, author?} : what would change, or with apply the change. */
export const POST = answerWrite(
  body,
  ({ yaml, apply, author: name }, { expectations }, _params, actor) =>
    importYaml(expectations, yaml, apply, signedAs(actor, name)),
  { maxBodyBytes: MAX_YAML_BYTES * 2 },
);
