/**
 * Expectations as YAML, for keeping them in Git. Written in a fixed order (of ids, of keys), so that
 * a diff shows what changed and nothing else; comments of an earlier file are kept. Read strictly,
 * and every error tells its line.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  Pair,
  parseDocument,
  visit,
  type YAMLMap,
  YAMLSeq,
} from "yaml";
import { z } from "zod";
import { EXPECTATION_MODES, type Expectation, SINCE_EVER, WATCHED } from "./expectation";

/** One entry of a file. What it leaves out has the default of a new expectation. */
export type YamlEntry = {
  line: number;
  /** Lines of its keys. */
  lines: ReadonlyMap<string, number>;
  id: string | null;
  query: string;
  reason: string;
  author: string | null;
  ticket: string;
  appliesFrom: string;
  expiresAt: string | null;
  ceilingPerMinute: number | null;
  mode: Expectation["mode"];
  watch: Expectation["watch"] | null;
  revoked: boolean;
};

export type YamlError = { line: number; message: string };

/** No entries when there are errors. */
export type YamlRead = { entries: YamlEntry[]; errors: YamlError[] };

export const MAX_YAML_BYTES = 1_048_576;
const MAX_ERRORS = 50;
const FORMAT = 1;

const author = z
  .string()
  .trim()
  .max(200)
  .refine((text) => !/[\p{C}\u2028\u2029]/u.test(text), "holds unseen characters");

const entrySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "is letters, digits, dots, dashes and underscores")
    .optional(),
  query: z.string({ error: "is needed, as text" }),
  reason: z.string({ error: "is needed, as text" }),
  author: author.optional(),
  ticket: z.union([z.string(), z.number().transform(String)]).optional(),
  appliesFrom: z.string().optional(),
  expiresAt: z.string({ error: "is needed: a time such as 2026-12-01T00:00:00Z, or never" }),
  ceilingPerMinute: z.number().nullable().optional(),
  mode: z.enum(EXPECTATION_MODES).optional(),
  watch: z.array(z.enum(WATCHED)).max(WATCHED.length).optional(),
  revoked: z.boolean().optional(),
});

/** Reads a file of at most `MAX_YAML_BYTES`. Never throws. */
export function readYaml(text: string): YamlRead {
  const parsed = parse(text);
  if (parsed.errors.length > 0) return { entries: [], errors: parsed.errors };
  const { document, lineOf } = parsed;
  const errors: YamlError[] = [];
  const entries: YamlEntry[] = [];
  for (const item of parsed.items) {
    const line = lineOf(item);
    const lines = new Map(isMap(item) ? item.items.map((pair) => keyLine(pair, lineOf)) : []);
    const read = entrySchema.safeParse(
      isNode(item) ? item.toJS(document, { maxAliasCount: 0 }) : null,
    );
    if (read.success) entries.push(entryOf(read.data, line, lines));
    else errors.push(...read.error.issues.map((issue) => errorOf(issue, line, lines)));
  }
  if (errors.length > 0) return { entries: [], errors: errors.slice(0, MAX_ERRORS) };
  return { entries, errors };
}

type Parsed = {
  document: Document;
  items: readonly unknown[];
  errors: YamlError[];
  lineOf: (node: unknown) => number;
};

function parse(text: string): Parsed {
  const counter = new LineCounter();
  const lineOf = (node: unknown) =>
    isNode(node) && node.range ? counter.linePos(node.range[0]).line : 1;
  const fail = (line: number, message: string): Parsed => ({
    document,
    items: [],
    errors: [{ line, message }],
    lineOf,
  });
  if (new TextEncoder().encode(text).length > MAX_YAML_BYTES) {
    const message = `A file is at most ${MAX_YAML_BYTES} bytes long.`;
    return { document: parseDocument(""), items: [], errors: [{ line: 1, message }], lineOf };
  }
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) return fail(counter.linePos(error.pos[0]).line, error.message);
  const alias = firstAlias(document);
  if (alias !== null) return fail(lineOf(alias), "Aliases (*name) are not read here.");
  const top = document.contents;
  if (top === null) return { document, items: [], errors: [], lineOf };
  if (!isMap(top)) return fail(1, "Begin with version: 1 and expectations: as a list.");
  for (const pair of top.items) {
    const [key, line] = keyLine(pair, lineOf);
    if (key !== "version" && key !== "expectations")
      return fail(line, `${key} means nothing here.`);
  }
  const version: unknown = top.get("version");
  if (version !== FORMAT) {
    return fail(lineOf(top.get("version", true)), `version must be ${FORMAT}.`);
  }
  const list = top.get("expectations", true);
  if (isScalar(list) && list.value === null) return { document, items: [], errors: [], lineOf };
  if (!isSeq(list)) return fail(lineOf(list), "expectations must be a list.");
  return { document, items: list.items, errors: [], lineOf };
}

/** An alias repeats what it names: a short file of them could become an endless one. */
function firstAlias(document: Document): unknown {
  let found: unknown = null;
  visit(document, {
    Alias(_key, node) {
      found = node;
      return visit.BREAK;
    },
  });
  return isAlias(found) ? found : null;
}

function keyLine(pair: unknown, lineOf: (node: unknown) => number): [string, number] {
  const key = isPair(pair) ? pair.key : null;
  return [isScalar(key) ? String(key.value) : "", lineOf(key)];
}

function errorOf(
  issue: z.core.$ZodIssue,
  line: number,
  lines: ReadonlyMap<string, number>,
): YamlError {
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    return { line: lines.get(key) ?? line, message: `${key} means nothing here.` };
  }
  const key = String(issue.path[0] ?? "an entry");
  return { line: lines.get(key) ?? line, message: `${key}: ${issue.message}.` };
}

function entryOf(
  read: z.infer<typeof entrySchema>,
  line: number,
  lines: ReadonlyMap<string, number>,
): YamlEntry {
  const { appliesFrom = "past", expiresAt } = read;
  return {
    line,
    lines,
    id: read.id ?? null,
    query: read.query.trim(),
    reason: read.reason.trim(),
    author: read.author ?? null,
    ticket: read.ticket?.trim() ?? "",
    appliesFrom: appliesFrom === "past" ? SINCE_EVER : appliesFrom,
    expiresAt: expiresAt === "never" ? null : expiresAt,
    ceilingPerMinute: read.ceilingPerMinute ?? null,
    mode: read.mode ?? "hide",
    watch: read.watch ?? null,
    revoked: read.revoked ?? false,
  };
}

/**
 * Writes what is not taken back, sorted by id. Comments of `earlier` stay with the entries and keys
 * they belong to; those of entries that are gone go with them.
 * @returns null when `earlier` cannot be read.
 */
export function writeYaml(
  expectations: readonly Expectation[],
  earlier: string | null,
): string | null {
  const parsed = parse(earlier ?? HEAD);
  if (parsed.errors.length > 0) return null;
  const document = parsed.document.contents === null ? parse(HEAD).document : parsed.document;
  const before = commentedEntries(document.get("expectations"));
  const list = new YAMLSeq();
  const kept = expectations.filter(({ revokedAt }) => revokedAt === null);
  for (const expectation of kept.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const known = before.get(expectation.id) ?? before.get(`query ${expectation.query}`);
    list.items.push(entryNode(document, expectation, known ?? null));
  }
  document.set("expectations", list);
  return document.toString({ lineWidth: 0 });
}

const HEAD = `# Expectations of Droplens: drops that are planned, why, and until when.
version: ${FORMAT}
expectations: []
`;

/** By id and by query. The comment above the first entry hangs on the list: it is the entry's. */
function commentedEntries(list: unknown): Map<string, YAMLMap> {
  const entries = new Map<string, YAMLMap>();
  if (!isSeq(list)) return entries;
  const [first] = list.items;
  if (isMap(first) && list.commentBefore) first.commentBefore ??= list.commentBefore;
  for (const item of list.items) {
    if (!isMap(item)) continue;
    const [id, query] = [item.get("id"), item.get("query")];
    if (typeof id === "string") entries.set(id, item);
    else if (typeof query === "string") entries.set(`query ${query}`, item);
  }
  return entries;
}

/** Keys in the order in which they are written. */
function membersOf(expectation: Expectation): [string, unknown][] {
  const { id, query, reason, author: name, ticket, ceilingPerMinute, mode, watch } = expectation;
  const { appliesFrom, expiresAt } = expectation;
  return [
    ["id", id],
    ["query", query],
    ["reason", reason],
    ...(name === "" ? [] : [["author", name] satisfies [string, unknown]]),
    ...(ticket === "" ? [] : [["ticket", ticket] satisfies [string, unknown]]),
    ["appliesFrom", appliesFrom === SINCE_EVER ? "past" : appliesFrom],
    ["expiresAt", expiresAt ?? "never"],
    ["ceilingPerMinute", ceilingPerMinute],
    ["mode", mode],
    ["watch", [...watch]],
  ];
}

function entryNode(document: Document, expectation: Expectation, known: YAMLMap | null): YAMLMap {
  const node = known ?? (document.createNode({}) as YAMLMap);
  const had = new Map(
    node.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : "", pair]),
  );
  node.flow = false;
  node.items = membersOf(expectation).map(([key, value]) => {
    const pair = had.get(key);
    const written = document.createNode(value);
    if (isCollection(written)) written.flow = true;
    if (pair === undefined) return new Pair(document.createNode(key), written);
    const old = pair.value;
    if (isScalar(old) && isScalar(written)) {
      // Nothing but what changed may look different: quotes stay as they were.
      if (old.value !== written.value) old.value = written.value;
      return pair;
    }
    if (isNode(old)) {
      written.comment = old.comment;
      written.commentBefore = old.commentBefore;
    }
    pair.value = written;
    return pair;
  });
  return node;
}
