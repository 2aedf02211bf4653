/**
 * What Next prints of requests that it cannot handle, as lines of the log: printed as it is, it has
 * many lines that are no JSON, as often as a stranger likes.
 */
import { format, stripVTControlCharacters } from "node:util";
import type { Log } from "./log";

const MAX_MESSAGE = 200;
const MAX_TEXT = 4_000;

/** From now on `console.error` and `console.warn` write to the log. */
export function logConsole(log: Log, target: Pick<Console, "error" | "warn"> = console): void {
  for (const level of ["error", "warn"] as const) {
    target[level] = (...values: unknown[]) => {
      const text = stripVTControlCharacters(format(...values)).trim();
      const [message = ""] = text.split("\n", 1);
      const isWhole = message === text && text.length <= MAX_MESSAGE;
      log[level](message.slice(0, MAX_MESSAGE), isWhole ? {} : { text: text.slice(0, MAX_TEXT) });
    };
  }
}
