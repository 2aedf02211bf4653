/** What a browser sends to save or change a view. */
import { z } from "zod";
import { parseQuery } from "@/lib/query/parse";

const MAX_NAME = 80;
const MAX_SEARCH_BYTES = 4_096;

/** No control, bidirectional or other unseen characters: a name is read by others. */
const plainText = (what: string) =>
  z
    .string()
    .trim()
    .max(MAX_NAME, `${what} is at most ${MAX_NAME} characters long`)
    .refine((text) => !/[\p{C}\u2028\u2029]/u.test(text), `${what} holds unseen characters`);

const name = plainText("a name").min(1, "a name is needed");

/** The address's search as Triage writes it: `?q=…`, or nothing for the plain screen. */
const search = z
  .string()
  .refine((text) => new TextEncoder().encode(text).length <= MAX_SEARCH_BYTES, {
    message: `search is longer than ${MAX_SEARCH_BYTES} bytes`,
    abort: true,
  })
  .regex(/^(\?[\x21-\x7e]*)?$/, "search must be empty or begin with ? and be percent-encoded")
  .refine(
    (text) => parseQuery(new URLSearchParams(text).get("q") ?? "").ok,
    "the query in search cannot be understood",
  );

const author = plainText("author").optional();

export const newSavedView = z.strictObject({ name, search, author });

export const savedViewChange = z.strictObject({
  name: name.optional(),
  search: search.optional(),
  version: z.int().min(1),
  author,
});
