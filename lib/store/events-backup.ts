/**
 * A copy of an append-only log as JSON lines in a file of its own, beside the store: small, readable
 * by eye, and on the disk before an event is acknowledged. When the store cannot be read, or has
 * lost the log, this is what the log is read from. A line holds the events of one change: half a line
 * is no change.
 */
import { mkdir, open, readFile, rename, stat, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { EventRow } from "./event-table";
import { oneAtATime } from "./one-at-a-time";

export type EventsBackup = {
  readonly path: string;
  /**
   * On the disk when it resolves; what it answers takes them back again, if they are still the last.
   * @throws what the file system throws; then none of them is in it.
   */
  append: (rows: readonly EventRow[]) => Promise<() => Promise<void>>;
  /** By `seq`, each once; null when there is no file that can be read. */
  read: () => Promise<EventRow[] | null>;
  /** Puts `rows` in the place of all; what was there is kept beside it under the name that is answered. */
  replace: (rows: readonly EventRow[], suffix: string) => Promise<string>;
};

const lineSchema = z.array(
  z.object({
    seq: z.int().min(1),
    id: z.string(),
    type: z.string(),
    actor: z.string(),
    atMs: z.number(),
    body: z.string(),
  }),
);

export function createEventsBackup(path: string): EventsBackup {
  const inTurn = oneAtATime();

  async function append(rows: readonly EventRow[]): Promise<number> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "a+", 0o600);
    let sizeAfter: number;
    try {
      const { size } = await file.stat();
      const start = (await endsInALine(file, size)) ? "" : "\n";
      try {
        await file.appendFile(`${start}${JSON.stringify(rows)}\n`);
        await file.datasync();
        sizeAfter = (await file.stat()).size;
      } catch (error) {
        // Half a line, or one that was refused, must not be read as acknowledged.
        await file.truncate(size).catch(() => {});
        throw error;
      }
    } finally {
      await file.close();
    }
    await syncFolder(path);
    return sizeAfter;
  }

  /** Nothing happens when more was written since, or when the disk refuses: reading finds out. */
  async function takeBack(sizeBefore: number, sizeAfter: number): Promise<void> {
    const size = await stat(path).catch(() => null);
    if (size?.size === sizeAfter) await truncate(path, sizeBefore).catch(() => {});
  }

  async function read(): Promise<EventRow[] | null> {
    const text = await readFile(path, "utf8").catch(() => null);
    return text === null ? null : rowsOf(text);
  }

  return {
    path,
    append: (rows) =>
      inTurn(async () => {
        if (rows.length === 0) return async () => {};
        const before = await stat(path).catch(() => null);
        const after = await append(rows);
        return () => inTurn(() => takeBack(before?.size ?? 0, after));
      }),
    read: () => inTurn(read),
    replace: (rows, suffix) =>
      inTurn(async () => {
        const aside = `${path}.${suffix}`;
        await rename(path, aside).catch(() => {});
        if (rows.length > 0) await append(rows);
        return aside;
      }),
  };
}

type File = Awaited<ReturnType<typeof open>>;

/** A process that was killed in the middle of writing leaves half a line, which was not acknowledged. */
async function endsInALine(file: File, size: number): Promise<boolean> {
  if (size === 0) return true;
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer[0] === 10;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), "r");
  await folder.sync().catch(() => {});
  await folder.close();
}

/** What is no line of ours is left out: half a line at the end, or what a bad disk made of one. */
function rowsOf(lines: string): EventRow[] {
  const rows = new Map<number, EventRow>();
  for (const text of lines.split("\n")) {
    if (text === "") continue;
    const line = lineSchema.safeParse(parsed(text));
    for (const row of line.data ?? []) if (!rows.has(row.seq)) rows.set(row.seq, row);
  }
  return [...rows.values()].sort((a, b) => a.seq - b.seq);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
