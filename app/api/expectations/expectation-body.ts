/** What a browser sends to make or change expectations. What it means is checked by the service. */
import { z } from "zod";
import { EXPECTATION_MODES, WATCHED } from "@/lib/expectations/expectation";
import { MAX_CEILING, MAX_REASON, MAX_TICKET } from "@/lib/expectations/validate";
import { MAX_QUERY_LENGTH } from "@/lib/query/query";

const MAX_NAME = 80;
const MAX_TIME = 40;
const MAX_KEYS = 1_000;
const MAX_KEY = 1_024;
export const MAX_BULK = 1_000;

/** No control, bidirectional or other unseen characters: a name is read by others. */
export const author = z
  .string()
  .trim()
  .max(MAX_NAME, `a name is at most ${MAX_NAME} characters long`)
  .refine((text) => !/[\p{C}\u2028\u2029]/u.test(text), "a name holds no unseen characters")
  .optional();

const time = z.string().max(MAX_TIME, `a time is at most ${MAX_TIME} characters long`);
const keys = z.array(z.string().max(MAX_KEY)).max(MAX_KEYS);
const known = z.strictObject({
  source: keys.optional(),
  destination: keys.optional(),
  port: z.array(z.int().min(0).max(65_535)).max(MAX_KEYS).optional(),
});

const fields = {
  query: z.string().max(MAX_QUERY_LENGTH, `at most ${MAX_QUERY_LENGTH} characters`),
  reason: z.string({ error: "a reason is needed" }).max(MAX_REASON * 2),
  author,
  ticket: z
    .string()
    .max(MAX_TICKET * 2)
    .optional(),
  appliesFrom: time.optional(),
  expiresAt: time.nullable(),
  ceilingPerMinute: z.number().min(1).max(MAX_CEILING).nullable().optional(),
  mode: z.enum(EXPECTATION_MODES).optional(),
  watch: z.array(z.enum(WATCHED)).max(WATCHED.length).optional(),
};

export const newExpectation = z.strictObject(fields);

export const previewRequest = z.strictObject({
  ...fields,
  reason: fields.reason.optional(),
  replaces: z.string().max(100).optional(),
  basis: z.string().max(MAX_QUERY_LENGTH).optional(),
});

const anyChange = newExpectation.partial().extend({
  revoked: z.boolean().optional(),
  accept: known.optional(),
  forget: known.optional(),
});

const version = z.int().min(1);

export const expectationChange = anyChange.extend({ version });

export const bulkChange = z.strictObject({
  items: z
    .array(z.strictObject({ id: z.string().max(100), version }))
    .min(1)
    .max(MAX_BULK),
  change: anyChange,
});
