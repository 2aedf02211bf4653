/** What was set aside because it could not be read, remembered over restarts in a file of its own. */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { StoreNote } from "@/lib/drops/store-report";
import type { SetAside } from "@/lib/store/quarantine";

export type StoreNotes = {
  readonly list: readonly StoreNote[];
  add(words: string, path: string | null): void;
  /** Parts that are told of already are not told again. */
  addParts(parts: readonly SetAside[]): void;
};

const NOTES_FILE = "set-aside.jsonl";
const MOST = 20;

const noteSchema = z.object({
  at: z.string(),
  words: z.string(),
  path: z.string().nullable(),
  parts: z.array(z.string()).default([]),
});

export function openStoreNotes(
  dataDir: string,
  nowMs: () => number,
  onNote: (note: StoreNote) => void,
): StoreNotes {
  const file = join(dataDir, NOTES_FILE);
  const read = readNotes(file);
  const list: StoreNote[] = read.map(({ at, words, path }) => ({ at, words, path })).slice(-MOST);
  const known = new Set(read.flatMap(({ parts }) => parts));

  function add(words: string, path: string | null, parts: readonly string[] = []): void {
    const note = { at: new Date(nowMs()).toISOString(), words, path };
    list.push(note);
    if (list.length > MOST) list.shift();
    for (const part of parts) known.add(part);
    try {
      appendFileSync(file, `${JSON.stringify({ ...note, parts })}\n`, { mode: 0o600 });
    } catch {
      // It is told until the process ends, and again after the next start.
    }
    onNote(note);
  }

  return {
    list,
    add: (words, path) => add(words, path),
    addParts(parts) {
      const fresh = parts.filter(({ table, part }) => !known.has(`${table} ${part}`));
      if (fresh.length === 0) return;
      const ids = fresh.map(({ table, part }) => `${table} ${part}`);
      const [first] = fresh;
      add(wordsOf(fresh), first?.path ?? null, ids);
    },
  };
}

/** A part of `drops` is named after the day it is of: `20261121_5_5_0`. */
function wordsOf(parts: readonly SetAside[]): string {
  const drops = parts.filter(({ table }) => table === "drops");
  const rows = drops.reduce((sum, { rows }) => sum + rows, 0);
  const days = [...new Set(drops.map(({ part }) => /(\d{4})(\d{2})(\d{2})_/.exec(part)))].flatMap(
    (day) => (day === null ? [] : [`${day[1]}-${day[2]}-${day[3]}`]),
  );
  const others = [...new Set(parts.map(({ table }) => table))].filter((one) => one !== "drops");
  const what = [
    ...(drops.length === 0
      ? []
      : [
          `${rows > 0 ? `${rows} drops` : "drops"} stored on ${[...new Set(days)].sort().join(", ")}`,
        ]),
    ...others.map((table) => `rows of ${table.replaceAll("_", " ")}`),
  ];
  return `Files of the store could not be read and were set aside: ${what.join("; ")}.`;
}

function readNotes(file: string): z.infer<typeof noteSchema>[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    try {
      return [noteSchema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}
