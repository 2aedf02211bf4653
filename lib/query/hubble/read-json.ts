/** JSON values that stand one after another, as `--allowlist` takes several filters. */

/** Throws `SyntaxError` for what is no JSON. */
export function jsonValues(text: string): unknown[] {
  const values: unknown[] = [];
  for (const piece of pieces(text)) {
    const value: unknown = JSON.parse(piece);
    if (Array.isArray(value)) values.push(...value);
    else values.push(value);
  }
  return values;
}

/** Splits before an object or list that begins where the one before it ended. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quoted) {
      if (character === "\\") at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth > 0) continue;
      found.push(text.slice(start, at + 1).replace(/^[\s,]+/, ""));
      start = at + 1;
    }
  }
  const rest = text.slice(start).replace(/^[\s,]+|[\s,]+$/g, "");
  return rest === "" ? found : [...found, rest];
}
