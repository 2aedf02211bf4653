/**
 * The log: one JSON object a line on standard output, so that text from a flow can never begin a
 * line of its own. Equal messages within a minute are counted, not repeated.
 */

const LEVELS = { debug: 0, info: 1, warn: 2, error: 3 } as const;
export type LogLevel = keyof typeof LEVELS;

export type Log = Record<LogLevel, (message: string, fields?: Record<string, unknown>) => void>;

const REPEAT_MS = 60_000;
const REMEMBERED = 200;

export function createLog(
  level: LogLevel,
  write: (line: string) => void = (line) => void process.stdout.write(line),
  now: () => number = Date.now,
): Log {
  const recent = new Map<string, { atMs: number; more: number }>();
  const at =
    (name: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      if (LEVELS[name] < LEVELS[level]) return;
      const nowMs = now();
      const key = `${name} ${message}`;
      const last = recent.get(key);
      if (last !== undefined && nowMs - last.atMs < REPEAT_MS) {
        last.more += 1;
        return;
      }
      if (recent.size >= REMEMBERED) recent.clear();
      recent.set(key, { atMs: nowMs, more: 0 });
      const repeated = last !== undefined && last.more > 0 ? { repeated: last.more } : {};
      const line = {
        time: new Date(nowMs).toISOString(),
        level: name,
        msg: message,
        ...repeated,
        ...fields,
      };
      write(`${JSON.stringify(line).replace(OBEYED, escaped)}\n`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Beside what JSON escapes itself: what a terminal obeys, and what hides or turns round a text. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
