/**
 * A query as a condition on `drops`. It answers the same as `compileQuery` for every drop. Values
 * are bound, never part of the SQL.
 *
 * What a series fixes stands in the `series` table: those terms share one subquery. A term that
 * asks for both (a pod of a namespace, a bare word) reaches the series through one of its own.
 */
import { readBlock } from "@/lib/query/address";
import { compileGlob, compileGlobInside, foldCase } from "@/lib/query/glob";
import type {
  NamesAsked,
  PlainTerm,
  Query,
  SideTerm,
  Term,
  TextTerm,
  Value,
} from "@/lib/query/query";
import { isSideTerm } from "@/lib/query/query";
import { codeOfReasonText, NAMED_REASON_CODES, reasonCodesWhere } from "@/lib/query/reasons";
import {
  hasNone,
  identityValues,
  protocolNames,
  splitPaths,
  withoutTrailingDot,
  wordPattern,
} from "@/lib/query/value-meaning";
import { ALL_DROPS, type Condition } from "./condition";
import {
  anyOf,
  type Bind,
  blockSql,
  likeSql,
  NEVER,
  numbersSql,
  presentSql,
  textsSql,
  wholeSql,
} from "./where-values";

export type WhereOptions = {
  /** Drops that are expected; without it none are, as in `compileQuery`. */
  expected?: Condition;
  /** Begins the names of the parameters, so that several conditions fit in one statement. */
  prefix?: string;
  /** How remembered names answer; default `any`, as in `compileQuery`. */
  names?: NamesAsked;
};

/** Condition of a term, on columns of `series` or of `drops`. */
type TermSql = { on: "series" | "drops"; sql: string };

/** Returns a condition for statements whose FROM is `drops`. */
export function whereOf(query: Query, options: WhereOptions = {}): Condition {
  const { series, drops, params } = partsOf(query, options);
  const conditions = [...(series === null ? [] : [seriesWhere(series)]), ...drops];
  return conditions.length === 0 ? ALL_DROPS : { sql: conditions.join(" AND "), params };
}

/** A query's condition in two parts, both of which must hold. */
export type WhereParts = {
  /** On columns of `series`; null when a series fixes nothing that is asked. */
  series: string | null;
  /** On columns of `drops`. */
  drops: readonly string[];
  params: Record<string, unknown>;
};

export function partsOf(query: Query, options: WhereOptions = {}): WhereParts {
  const { expected = { sql: NEVER, params: {} }, prefix = "q", names = "any" } = options;
  const params: Record<string, unknown> = {};
  let bound = 0;
  const bind: Bind = (type, value) => {
    const name = `${prefix}${bound}`;
    bound += 1;
    params[name] = value;
    return `{${name}:${type}}`;
  };
  const terms = query.terms.map((term) => {
    const ask: Ask = { bind, names: term.negated ? "any" : names };
    return negate(term, termSql(ask, term, expected.sql));
  });
  const [onSeries = [], onDrops = []] = (["series", "drops"] as const).map((on) =>
    terms.filter((term) => term.on === on).map((term) => `(${term.sql})`),
  );
  const usesExpected = query.terms.some((term) => term.field === "expected");
  return {
    series: onSeries.length === 0 ? null : onSeries.join(" AND "),
    drops: onDrops,
    params: usesExpected ? { ...expected.params, ...params } : params,
  };
}

function negate(term: Term, { on, sql }: TermSql): TermSql {
  return { on, sql: term.negated ? `NOT (${sql})` : sql };
}

function seriesWhere(sql: string): string {
  return `series IN (SELECT id FROM series WHERE ${sql})`;
}

/** With what a term is asked. */
type Ask = { bind: Bind; names: NamesAsked };

function termSql(ask: Ask, term: Term, expected: string): TermSql {
  if (term.field === "text") return { on: "drops", sql: wordSql(ask, term) };
  return isSideTerm(term) ? sideSql(ask, term) : plainSql(ask.bind, term, expected);
}

const SERIES_COLUMNS = {
  verdict: "verdict",
  direction: "direction",
  attribution: "attribution",
  certainty: "certainty",
  "tag.state": "tag_state",
  cluster: "cluster",
  group: "group_id",
  // An id is 16 hex digits outside the store.
  series: "leftPad(lower(hex(id)), 16, '0')",
} as const;

function plainSql(bind: Bind, { field, values }: PlainTerm, expected: string): TermSql {
  switch (field) {
    case "expected":
      return { on: "drops", sql: expectedSql(values, expected) };
    case "source":
      return { on: "drops", sql: textsSql(bind, "source", values) };
    case "node":
      return { on: "drops", sql: pathsSql(bind, "cluster", "node", values) };
    case "proto":
      return onSeries(`protocol IN ${bind("Array(String)", protocolNames(values))}`);
    case "port":
      return onSeries(numbersSql(bind, "port", values));
    case "reason":
      return onSeries(reasonSql(bind, values));
    case "l7":
      return onSeries(textsSql(bind, "l7", values, true));
    case "tag":
      return onSeries(tagSql(bind, values));
    case "policy":
      return onSeries(policySql(bind, values));
    case "policy.kind":
      return onSeries(`arrayExists(x -> ${textsSql(bind, "x", values)}, policy_kinds)`);
    case "policy.ns":
      return onSeries(`arrayExists(x -> ${textsSql(bind, "x", values)}, policy_namespaces)`);
    default:
      return onSeries(textsSql(bind, SERIES_COLUMNS[field], values));
  }
}

function onSeries(sql: string): TermSql {
  return { on: "series", sql };
}

function expectedSql(values: readonly Value[], expected: string): string {
  return anyOf(values.map(({ text }) => (text === "true" ? `(${expected})` : `NOT (${expected})`)));
}

/** A number without a name is named `UNKNOWN(999)`, as in `reasonOf`. */
function reasonSql(bind: Bind, values: readonly Value[]): string {
  const exact = values.filter((value) => !value.glob).map(({ text }) => codeOfReasonText(text));
  const globs = values.filter((value) => value.glob).map(({ text }) => text);
  const tests = globs.map((pattern) => compileGlob(foldCase(pattern)));
  const named = reasonCodesWhere((name) => tests.some((test) => test(name)), false);
  const codes = [...exact.filter((code) => code >= 0), ...named];
  const oneOf = `reason IN ${bind("Array(UInt32)", codes)}`;
  if (globs.length === 0) return oneOf;
  const name = "concat('UNKNOWN(', toString(reason), ')')";
  const like = anyOf(globs.map((pattern) => likeSql(bind, name, pattern)));
  const others = bind("Array(UInt32)", [0, ...NAMED_REASON_CODES]);
  return `(${oneOf} OR (reason NOT IN ${others} AND ${like}))`;
}

function tagSql(bind: Bind, values: readonly Value[]): string {
  const none = hasNone(values) ? "tag_state = 'untagged'" : NEVER;
  return anyOf([none, `arrayExists(x -> ${presentSql(bind, "x", values)}, tags)`]);
}

function policySql(bind: Bind, values: readonly Value[]): string {
  const named = nameSql(bind, "n", "x", values);
  const none = hasNone(values) ? "empty(policy_names)" : NEVER;
  return anyOf([none, `arrayExists((n, x) -> ${named}, policy_namespaces, policy_names)`]);
}

/** `space/name` and bare names, where both columns stand in the same table. */
function nameSql(bind: Bind, space: string, name: string, values: readonly Value[]): string {
  const { paths, bare } = splitPaths(values);
  const whole = paths.map(
    (path) =>
      `(${name} != '' AND ${wholeSql(bind, name, path.name)} AND ${wholeSql(bind, space, path.space)})`,
  );
  return anyOf([textsSql(bind, name, bare), ...whole]);
}

/** The same where the name is the drop's and the space its series'. */
function pathsSql(bind: Bind, space: string, name: string, values: readonly Value[]): string {
  const { paths, bare } = splitPaths(values);
  const whole = paths.map((path) => {
    const inSpace = seriesWhere(wholeSql(bind, space, path.space));
    return `(${name} != '' AND ${wholeSql(bind, name, path.name)} AND ${inSpace})`;
  });
  return anyOf([textsSql(bind, name, bare), ...whole]);
}

type End = "src" | "dst";

function sideSql(ask: Ask, term: SideTerm): TermSql {
  const ends = term.side === "either" ? (["src", "dst"] as const) : [term.side];
  const parts = ends.map((end) => endSql(ask, term, end));
  return { on: parts[0]?.on ?? "drops", sql: anyOf(parts.map((part) => part.sql)) };
}

function endSql(ask: Ask, { field, values }: SideTerm, end: End): TermSql {
  const { bind } = ask;
  switch (field) {
    case "ns":
      return onSeries(textsSql(bind, `${end}_ns`, values));
    case "workload":
      return onSeries(nameSql(bind, `${end}_ns`, `${end}_workload`, values));
    case "label":
      return onSeries(labelSql(bind, `${end}_labels`, values));
    case "fqdn":
      return { on: "drops", sql: fqdnSql(ask, end, values) };
    case "pod":
      return { on: "drops", sql: pathsSql(bind, `${end}_ns`, `${end}_pod`, values) };
    case "ip":
      return { on: "drops", sql: ipSql(bind, `${end}_ip`, values) };
    case "identity":
      return { on: "drops", sql: identitySql(bind, end, values) };
  }
}

/** Each label with the shorter forms it answers to; see `labelForms`. */
function labelSql(bind: Bind, column: string, values: readonly Value[]): string {
  const bare = "substring(l, position(l, ':') + 1)";
  const forms = `[l, ${bare}, substringIndex(l, '=', 1), substringIndex(${bare}, '=', 1)]`;
  const found = `arrayExists(l -> arrayExists(x -> ${presentSql(bind, "x", values)}, ${forms}), ${column})`;
  return anyOf([found, hasNone(values) ? `empty(${column})` : NEVER]);
}

/** A drop has names remembered only of ends for which its series has none. */
function fqdnSql(ask: Ask, end: End, values: readonly Value[]): string {
  const column = `${end}_fqdns`;
  const found = presentSql(ask.bind, "x", values.map(withoutTrailingDot), true);
  const none = `(empty(${end}_remembered) AND ${seriesWhere(`empty(${column})`)})`;
  const given = found === NEVER ? NEVER : seriesWhere(`arrayExists(x -> ${found}, ${column})`);
  const before = found === NEVER ? NEVER : rememberedSql(ask, end, `x -> ${found}`);
  return anyOf([given, before, hasNone(values) ? none : NEVER]);
}

/** Places of the bits of `remembered`; see drops-table.ts. */
const REMEMBERED_BITS: Record<End, number> = { src: 0, dst: 1 };

/** That the names remembered of an end pass a test; false where there are none. */
function rememberedSql({ names }: Ask, end: End, test: string): string {
  const holds = names === "any" ? "arrayExists" : "arrayAll";
  const isThere = `bitTest(remembered, ${REMEMBERED_BITS[end]})`;
  return `(${isThere} AND ${holds}(${test}, ${end}_remembered))`;
}

function ipSql(bind: Bind, column: string, values: readonly Value[]): string {
  const blocks = values.map(({ text }) => readBlock(text)).filter((block) => block !== null);
  const none = hasNone(values) ? `${column} = ''` : NEVER;
  return anyOf([...blocks.map((block) => blockSql(bind, column, block)), none]);
}

function identitySql(bind: Bind, end: End, values: readonly Value[]): string {
  const { numbers, labels } = identityValues(values);
  const number = numbersSql(bind, `${end}_identity`, numbers);
  if (labels.length === 0) return number;
  return anyOf([number, seriesWhere(`hasAny(${end}_labels, ${bind("Array(String)", labels)})`)]);
}

const DROP_TEXTS = ["node", "src_pod", "dst_pod", "src_ip", "dst_ip"];
const POLICY_TEXTS =
  "arrayMap((n, x) -> if(n = '', x, concat(n, '/', x)), policy_namespaces, policy_names)";
const PARTY_TEXTS = ["name", "ns", "workload"].flatMap((column) => [
  `src_${column}`,
  `dst_${column}`,
]);
const SERIES_TEXTS = `arrayConcat(
  [${["cluster", "protocol", "l7", ...PARTY_TEXTS].map((column) => `toString(${column})`).join(", ")}],
  tags, ${POLICY_TEXTS}, src_labels, dst_labels, src_fqdns, dst_fqdns)`;

/** A bare word: anywhere in any text of the drop or of its series, in any case. */
function wordSql(ask: Ask, { values }: TextTerm): string {
  const { bind } = ask;
  const patterns = values.map(wordPattern);
  const tests = patterns.map(compileGlobInside);
  const reasons = [...reasonCodesWhere((text) => tests.some((test) => test(text)), true)];
  const found = (subject: string) =>
    anyOf(patterns.map((pattern) => likeSql(bind, `lower(${subject})`, `*${pattern}*`)));
  const inSeries = anyOf([
    `reason IN ${bind("Array(UInt32)", reasons)}`,
    `arrayExists(t -> ${found("t")}, ${SERIES_TEXTS})`,
  ]);
  const inNames = (["src", "dst"] as const).map((end) =>
    rememberedSql(ask, end, `x -> ${found("x")}`),
  );
  return anyOf([...DROP_TEXTS.map(found), ...inNames, seriesWhere(inSeries)]);
}
