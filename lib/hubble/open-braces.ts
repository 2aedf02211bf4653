/** Whether a text that comes in pieces has closed every brace that it opened, each piece seen once. */

export type OpenBraces = { depth: number; isQuoted: boolean; isEscaped: boolean };

export function noBraces(): OpenBraces {
  return { depth: 0, isQuoted: false, isEscaped: false };
}

/** Goes on with the next piece; what stands in JSON's quotes opens and closes nothing. */
export function passBraces(open: OpenBraces, piece: string): void {
  let { depth, isQuoted, isEscaped } = open;
  for (let at = 0; at < piece.length; at++) {
    const code = piece.charCodeAt(at);
    if (isEscaped) isEscaped = false;
    else if (isQuoted) {
      if (code === BACKSLASH) isEscaped = true;
      else if (code === QUOTE) isQuoted = false;
    } else if (code === QUOTE) isQuoted = true;
    else if (code === OPEN) depth += 1;
    else if (code === CLOSE) depth -= 1;
  }
  Object.assign(open, { depth, isQuoted, isEscaped });
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const OPEN = 0x7b;
const CLOSE = 0x7d;
