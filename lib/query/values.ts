/**
 * Gives a value as written the meaning and the canonical text of its field, or says what is wrong
 * with it. One function for each kind of field in the table.
 */
import { blockText } from "./address";
import type { Field } from "./fields";
import { fieldRow } from "./fields";
import { foldCase } from "./glob";
import { RESERVED_NAMES } from "./identities";
import type { RawValue } from "./lex";
import type { PlainField, SideField, Value } from "./query";
import type { QueryError } from "./query-error";
import { nearest } from "./query-error";
import { REASON_NAMES, reasonText } from "./reasons";

export type ValueResult = { ok: true; value: Value } | { ok: false; error: QueryError };

const OPERATOR = /^(>=|<=|>|<)/;

/** Reads a value of a field. `source` is the whole text of the query. */
export function readValue(
  name: PlainField | SideField,
  raw: RawValue,
  source: string,
): ValueResult {
  const row = fieldRow(name);
  if (row.kind === "number") return readNumber(row, raw, source);
  const operator = OPERATOR.exec(source.slice(raw.at, raw.end))?.[0];
  if (operator !== undefined) {
    return wrong(
      raw,
      `Only port and identity compare with ${operator}; quote it to mean the text.`,
      {
        suggestion: `"${raw.text}"`,
      },
    );
  }
  if (isNone(row, raw)) return plain("");
  if (raw.text === "") return wrong(raw, `${row.name} is never empty.`, expectedOf(row));
  if (row.kind === "ip") return readIp(raw);
  if (row.name === "reason") return readReason(raw);
  if (row.kind === "set") return readMember(row, raw);
  return raw.glob ? glob(raw.pattern) : plain(raw.text);
}

/** Unquoted `none`, or the quoted empty text, where the field can be absent. */
function isNone(row: Field, raw: RawValue): boolean {
  if (row.none === undefined) return false;
  return raw.quoted ? raw.text === "" : foldCase(raw.text) === "none";
}

function readMember(row: Field, raw: RawValue): ValueResult {
  const values = row.values ?? [];
  const wanted = foldCase(raw.text);
  const member = values.find((value) => foldCase(value) === wanted);
  if (member !== undefined && !raw.glob) return plain(member);
  const offered = row.none === undefined ? values : [...values, "none"];
  if (raw.glob) {
    return wrong(raw, `${row.name} takes whole values: ${offered.join(", ")}.`, {
      expected: [...offered],
    });
  }
  return unknownMember(row.name, raw, offered);
}

function readReason(raw: RawValue): ValueResult {
  if (raw.glob) return glob(raw.pattern.toUpperCase());
  const text = reasonText(raw.text);
  if (text !== null) return plain(text);
  return unknownMember("reason", raw, [...REASON_NAMES, "none"]);
}

const MOST_LISTED = 12;

function unknownMember(field: string, raw: RawValue, offered: readonly string[]): ValueResult {
  const near = nearest(raw.text, offered);
  const hint =
    near === null
      ? offered.length > MOST_LISTED
        ? "Expected a name such as POLICY_DENIED, a number or a glob."
        : `Expected ${offered.join(", ")}.`
      : `Did you mean ${near}?`;
  return wrong(raw, `${field} has no value “${shown(raw.text)}”. ${hint}`, {
    expected: [...offered],
    ...(near === null ? {} : { suggestion: near }),
  });
}

function readIp(raw: RawValue): ValueResult {
  if (raw.glob) {
    const block = blockOfGlob(raw.text);
    return wrong(
      raw,
      `An address takes a CIDR block instead of *.${block === null ? "" : ` Did you mean ${block}?`}`,
      {
        expected: ["an address", "a CIDR block"],
        ...(block === null ? {} : { suggestion: block }),
      },
    );
  }
  const text = blockText(raw.text);
  if (text !== null) return plain(text);
  return wrong(raw, `“${shown(raw.text)}” is neither an address nor a CIDR block.`, {
    expected: ["an address", "a CIDR block"],
  });
}

/** `10.1.*` is `10.1.0.0/16`; null for other globs. */
function blockOfGlob(text: string): string | null {
  const match = /^((?:\d{1,3}\.){1,3})\*(?:\.\*)*$/.exec(text);
  const octets = match?.[1]?.split(".").filter((octet) => octet !== "") ?? [];
  if (octets.length === 0) return null;
  return blockText(`${[...octets, "0", "0", "0"].slice(0, 4).join(".")}/${octets.length * 8}`);
}

const NUMBER = /^(>=|<=|>|<)?(\d{1,10})$/;
const RANGE = /^(\d{1,10})\.\.(\d{1,10})$/;

function readNumber(row: Field, raw: RawValue, source: string): ValueResult {
  if (isNone(row, raw)) return plain("0");
  const isIdentity = row.name === "identity";
  const largest = isIdentity ? 0xffff_ffff : 65_535;
  const written = raw.quoted ? raw.text : source.slice(raw.at, raw.end);
  const reserved = foldCase(written);
  if (isIdentity && reserved === "unknown") return plain("0");
  if (isIdentity && RESERVED_NAMES.includes(reserved)) return plain(reserved);
  const range = RANGE.exec(written);
  const parts = range ?? NUMBER.exec(written);
  if (parts === null) return badNumber(row, raw, largest);
  const bounds = (range === null ? [parts[2]] : [parts[1], parts[2]]).map(Number);
  if (bounds.some((bound) => bound > largest)) return badNumber(row, raw, largest);
  if (range === null) {
    return { ok: true, value: { op: operatorOf(parts[1]), text: String(bounds[0]), glob: false } };
  }
  const [from = 0, to = 0] = bounds;
  if (from > to) {
    const suggestion = `${to}..${from}`;
    return wrong(raw, `The range ends before it begins. Did you mean ${suggestion}?`, {
      suggestion,
    });
  }
  return plain(`${from}..${to}`);
}

function operatorOf(text: string | undefined): Value["op"] {
  return text === ">" || text === ">=" || text === "<" || text === "<=" ? text : "=";
}

function badNumber(row: Field, raw: RawValue, largest: number): ValueResult {
  const isIdentity = row.name === "identity";
  const names = isIdentity ? RESERVED_NAMES : [];
  const near = nearest(raw.text, names);
  const hint = near === null ? "" : ` Did you mean ${near}?`;
  const what = isIdentity ? "or a reserved name" : "a range such as 22..9200";
  return wrong(
    raw,
    `${row.name} takes a number up to ${largest}, > >= < <= a number, ${what}.${hint}`,
    {
      expected: ["a number", ">", ">=", "<", "<=", "1..9", ...names],
      ...(near === null ? {} : { suggestion: near }),
    },
  );
}

function expectedOf(row: Field): Partial<QueryError> {
  return { expected: [...(row.values ?? row.examples)] };
}

function plain(text: string): ValueResult {
  return { ok: true, value: { op: "=", text, glob: false } };
}

function glob(pattern: string): ValueResult {
  return { ok: true, value: { op: "=", text: pattern, glob: true } };
}

function wrong(raw: RawValue, message: string, more: Partial<QueryError>): ValueResult {
  return { ok: false, error: { message, at: raw.at, length: raw.end - raw.at, ...more } };
}

const MOST_SHOWN = 40;

/** A value in an error: short, on one line. */
export function shown(text: string): string {
  const line = text.replace(/[\s\p{C}]+/gu, " ");
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
}
