/** Words of a CEL expression, taken one after another. */

const TOKEN =
  /\s*(?:(r?'(?:[^'\\\n]|\\.)*'|r?"(?:[^"\\\n]|\\.)*")|([A-Za-z_]\w*|\d+)|(&&|\|\||==|!=|>=|<=|[!<>().,[\]]))/y;

export function tokensOf(text: string): string[] | null {
  const tokens: string[] = [];
  const whole = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < whole.length) {
    const match = TOKEN.exec(whole);
    if (match === null) return null;
    tokens.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return tokens;
}

export type Reader = {
  peek(): string;
  /** Takes the tokens if they come next. */
  take(...tokens: readonly string[]): boolean;
  text(): string | null;
  word(): string | null;
  number(): number | null;
  depth: number;
};

const WORD = /^[A-Za-z_]\w*$/;
export const DEEPEST = 50;

export function createReader(tokens: readonly string[]): Reader {
  let at = 0;
  function next(test: (token: string) => boolean): string | null {
    const token = tokens[at] ?? "";
    if (!test(token)) return null;
    at += 1;
    return token;
  }
  return {
    depth: 0,
    peek: () => tokens[at] ?? "",
    take(...wanted) {
      if (!wanted.every((token, index) => tokens[at + index] === token)) return false;
      at += wanted.length;
      return true;
    },
    text() {
      const token = next((given) => /^r?['"]/.test(given));
      return token === null ? null : unquoted(token);
    },
    word: () => next((token) => WORD.test(token)),
    number() {
      const token = next((given) => /^\d+$/.test(given));
      return token === null ? null : Number(token);
    },
  };
}

const ESCAPES = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function unquoted(token: string): string {
  if (token.startsWith("r")) return token.slice(2, -1);
  return token
    .slice(1, -1)
    .replace(
      /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))/gsu,
      (_all, short?: string, long?: string, byte?: string, other?: string) => {
        if (other !== undefined) return ESCAPES.get(other) ?? other;
        const code = Number.parseInt(short ?? long ?? byte ?? "", 16);
        return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
      },
    );
}
