/** Words of a POSIX shell: written so that any shell reads them back exactly, and read. */

const PLAIN = /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:=@%+,-]*$/;

/** One word. Everything but plain words stands in single quotes, where nothing is special. */
export function quoteWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export function quoteCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}

export type Word = {
  text: string;
  /** Offset of its first character. */
  at: number;
  /** Offset after its last. */
  end: number;
  /** Holds a variable or a command's output, which only the shell that runs it knows. */
  expands: boolean;
};

export type Words =
  | {
      ok: true;
      words: Word[];
      /** Offset where the command ends: the end of the text, a line, a pipe, a `;`, a redirection. */
      end: number;
    }
  | { ok: false; message: string; at: number; length: number; expected: string };

/** Reads the words of the first command from `start` on. Nothing is run or looked up. */
export function splitCommand(text: string, start = 0): Words {
  const words: Word[] = [];
  let at = start;
  while (at < text.length) {
    const blank = /^(?:[ \t]|\\\r?\n)+/.exec(text.slice(at, at + 512))?.[0] ?? "";
    if (blank !== "") {
      at += blank.length;
      continue;
    }
    if (/[\r\n|;&<>()#]/.test(text.charAt(at))) break;
    const word = readWord(text, at);
    if ("message" in word) return word;
    // `2>file`: the number belongs to the redirection.
    if (/^\d$/.test(word.text) && /[<>]/.test(text.charAt(word.end))) break;
    words.push(word);
    at = word.end;
  }
  return { ok: true, words, end: at };
}

type Failure = Extract<Words, { ok: false }>;

function readWord(text: string, start: number): Word | Failure {
  const word: Word = { text: "", at: start, end: start, expands: false };
  let at = start;
  while (at < text.length && !/[\s|;&<>()]/.test(text.charAt(at))) {
    const piece = readPiece(text, at);
    if (piece === null) return unclosed(text, at);
    word.text += piece.text;
    word.expands ||= piece.expands;
    at = piece.end;
  }
  word.end = at;
  return word;
}

type Piece = { text: string; end: number; expands: boolean };

/** A quoted part, an escape or one plain character; null for a quote that is not closed. */
function readPiece(text: string, at: number): Piece | null {
  const character = text.charAt(at);
  if (character === "'") {
    const close = text.indexOf("'", at + 1);
    return close < 0 ? null : { text: text.slice(at + 1, close), end: close + 1, expands: false };
  }
  if (character === '"') return readDouble(text, at);
  if (character === "\\") {
    const next = text.startsWith("\r\n", at + 1) ? "\r\n" : text.charAt(at + 1);
    const isBreak = next.endsWith("\n");
    return { text: isBreak ? "" : next, end: at + 1 + next.length, expands: false };
  }
  if (character === "$" && text.charAt(at + 1) === "'") return readAnsi(text, at);
  const end = expansionEnd(text, at);
  if (end > at + 1) return { text: text.slice(at, end), end, expands: true };
  return { text: character, end: at + 1, expands: expandsAt(text, at) };
}

function readDouble(text: string, start: number): Piece | null {
  let inner = "";
  let expands = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') return { text: inner, end: at + 1, expands };
    if (character === "\\" && /[$`"\\\n]/.test(text.charAt(at + 1))) {
      at += 1;
      if (text.charAt(at) !== "\n") inner += text.charAt(at);
      continue;
    }
    expands ||= expandsAt(text, at);
    inner += character;
  }
  return null;
}

const ANSI = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["'", "'"],
  ['"', '"'],
  ["\\", "\\"],
]);

/** `$'…'` of bash, in its common escapes. */
function readAnsi(text: string, start: number): Piece | null {
  let inner = "";
  for (let at = start + 2; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "'") return { text: inner, end: at + 1, expands: false };
    if (character === "\\") {
      at += 1;
      inner += ANSI.get(text.charAt(at)) ?? `\\${text.charAt(at)}`;
    } else inner += character;
  }
  return null;
}

const CLOSES = new Map([
  ["$(", ")"],
  ["${", "}"],
]);

/** Offset after `$(…)`, `${…}` or a command in backquotes that begins here; `at` for anything else. */
function expansionEnd(text: string, at: number): number {
  const open = text.slice(at, at + 2);
  if (open.startsWith("`")) return text.indexOf("`", at + 1) + 1 || at;
  const close = CLOSES.get(open);
  if (close === undefined) return at;
  let depth = 0;
  for (let next = at + 1; next < text.length; next += 1) {
    if (text.charAt(next) === open.charAt(1)) depth += 1;
    if (text.charAt(next) === close) depth -= 1;
    if (depth === 0) return next + 1;
  }
  return at;
}

function expandsAt(text: string, at: number): boolean {
  const character = text.charAt(at);
  return character === "`" || (character === "$" && /[\w({@*#?!$-]/.test(text.charAt(at + 1)));
}

function unclosed(text: string, at: number): Failure {
  const quote = text.charAt(at) === "$" ? "'" : text.charAt(at);
  return {
    ok: false,
    message: "This quote is not closed.",
    at,
    length: text.length - at,
    expected: quote,
  };
}
