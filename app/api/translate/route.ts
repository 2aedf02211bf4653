import { z } from "zod";
import { answer } from "@/app/api/answer";
import { AppError } from "@/lib/errors";
import { readJson } from "@/lib/http/read-json";
import { formatQuery } from "@/lib/query/format";
import { toExporter } from "@/lib/query/hubble/exporter";
import { MAX_PASTED, readHubble } from "@/lib/query/hubble/from-hubble";
import { toHubble } from "@/lib/query/hubble/to-hubble";
import { parseQuery } from "@/lib/query/parse";
import { MAX_QUERY_LENGTH, type Query } from "@/lib/query/query";
import type { QueryError } from "@/lib/query/query-error";

export const dynamic = "force-dynamic";

const time = z.string().min(1).max(64);
const bodySchema = z.union([
  z.strictObject({ from: z.string().max(MAX_PASTED) }),
  z.strictObject({
    to: z.enum(["observe", "filters", "exporter", "configmap", "helm"]),
    q: z.string().max(MAX_QUERY_LENGTH).default(""),
    since: time.optional(),
    until: time.optional(),
    follow: z.boolean().optional(),
  }),
]);
type Body = z.infer<typeof bodySchema>;

/** POST /api/translate: a query to Hubble (`to`, `q`), or what was pasted to a query (`from`). */
export const POST = answer(async (request) => {
  const body = await readBody(request);
  return "from" in body ? fromHubble(body.from) : written(body);
});

function fromHubble(text: string): object {
  const reading = readHubble(text);
  if (!reading.ok) throw badText("from", reading.error);
  const { query, range, notes, better } = reading;
  return { q: formatQuery(query), range, notes, ...(better !== null && { better: better.yaml }) };
}

function written({ to, q, ...range }: Exclude<Body, { from: string }>): object {
  const query = queryOf(q);
  if (to !== "observe" && to !== "filters") return toExporter(query, to);
  const { command, commandText, allowlist, denylist, notes } = toHubble(query, range);
  return to === "filters" ? { allowlist, denylist, notes } : { command, commandText, notes };
}

function queryOf(q: string): Query {
  const parsed = parseQuery(q);
  if (!parsed.ok) throw badText("q", parsed.error);
  return parsed.query;
}

function badText(name: string, { message, at }: QueryError): AppError {
  return new AppError("bad-request", `${name}, character ${at + 1}: ${message}`);
}

async function readBody(request: Request): Promise<Body> {
  const given = bodySchema.safeParse(await readJson(request));
  if (given.success) return given.data;
  const forms = '{"from": text} or {"to": "observe|filters|exporter|configmap|helm", "q": text}';
  throw new AppError("bad-request", `Expected ${forms}.`);
}
