/**
 * The file through which binary rows reach the embedded engine.
 *
 * `@clickhouse/client` over chDB takes text formats only, and inside a statement ClickHouse ends
 * inline rows at an empty line, which binary rows may contain. One file that stays open and is
 * written over costs a copy into pages that are already in memory, off the event loop: less than
 * making and parsing any text format.
 */
import { closeSync, ftruncateSync, openSync, rmSync, write } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

export const SPOOL_END = ".rows";

const writeAt = promisify(write);

export type Spool = {
  path: string;
  /** Makes `rows` the whole content of the file. */
  fill: (rows: Buffer) => Promise<void>;
  close: () => void;
};

/** What a killed process left in the file is written over. `name` tells several of a folder apart. */
export function openSpool(folder: string, name = "insert"): Spool {
  const path = join(folder, `${name}${SPOOL_END}`);
  const file = openSync(path, "w", 0o600);
  let sizeBytes = 0;
  return {
    path,
    fill: async (rows) => {
      const before = sizeBytes;
      // Rows that did not fit must not stand behind the next ones, so what a failure left counts too.
      sizeBytes = Math.max(before, rows.length);
      for (let at = 0; at < rows.length; ) {
        const { bytesWritten } = await writeAt(file, rows, at, rows.length - at, at);
        at += bytesWritten;
      }
      if (rows.length < before) ftruncateSync(file, rows.length);
      sizeBytes = rows.length;
    },
    close: () => {
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}
