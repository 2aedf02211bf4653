/**
 * Which build this process serves: a page that was made by another one is told to load itself anew.
 * Next writes the id beside the server, which is what the process's folder is (`server.js`).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

let known: string | null = null;

/** Letters, digits, `-` and `_`; `development` where there is no build. */
export function buildId(): string {
  known ??= read();
  return known;
}

function read(): string {
  try {
    return readFileSync(join(process.cwd(), ".next", "BUILD_ID"), "utf8").trim();
  } catch {
    return "development";
  }
}
