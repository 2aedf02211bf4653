/**
 * Binds `{name:Type}` placeholders to typed literals for the embedded engine.
 *
 * chDB's own parameter binding is process-wide state, so its client runs every parameterised query
 * of every connection one after the other: an interactive read would wait for an export. Binding
 * here keeps the connections independent. A value can only become what its declared type allows:
 * digits, or a quoted string in which every byte outside `SAFE` is written as `\xHH`.
 */
const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_]*):([A-Za-z0-9_(), ']+)\}/g;
const SAFE = /^[A-Za-z0-9_.:/@-]*$/;
const INTEGER = /^U?Int(8|16|32|64)$/;

/** Returns `sql` with every placeholder replaced. Throws `TypeError` for a missing or unfit value. */
export function bindLiterals(sql: string, params: Record<string, unknown>): string {
  return sql.replace(PLACEHOLDER, (_, name: string, type: string) => {
    if (!Object.hasOwn(params, name)) throw unfit(name, type, "has no value");
    return literal(params[name], type.trim(), name);
  });
}

function literal(value: unknown, type: string, name: string): string {
  if (type === "String" && typeof value === "string") return stringLiteral(value);
  if (INTEGER.test(type)) return `to${type}(${digits(value, name, type)})`;
  if (type === "Float64" && typeof value === "number" && Number.isFinite(value)) {
    return `toFloat64(${value})`;
  }
  const element = /^Array\((.+)\)$/.exec(type)?.[1];
  if (element !== undefined && Array.isArray(value)) {
    const elements = value.map((one: unknown) =>
      INTEGER.test(element) ? digits(one, name, type) : literal(one, element, name),
    );
    return `CAST([${elements.join(", ")}], ${stringLiteral(type)})`;
  }
  throw unfit(name, type, "does not fit");
}

/** `text` as a quoted SQL literal; nothing in it can end the quotes. */
export function stringLiteral(value: string): string {
  if (SAFE.test(value)) return `'${value}'`;
  // Lone surrogates become U+FFFD here, exactly as they do when a row is written.
  let escaped = "";
  for (const byte of Buffer.from(value, "utf8")) {
    const character = String.fromCharCode(byte);
    escaped += SAFE.test(character) ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `'${escaped}'`;
}

function digits(value: unknown, name: string, type: string): string {
  const whole =
    typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
  if (!whole) throw unfit(name, type, "is not a whole number");
  return String(value);
}

function unfit(name: string, type: string, problem: string): TypeError {
  return new TypeError(`Query parameter ${name} of type ${type} ${problem}.`);
}
