/** What was set aside because it could not be read, remembered over restarts in a file of its own. */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { StoreNote } from "@/lib/drops/store-report";
import type { SetAside } from "@/lib/store/quarantine";
import type { Stretch } from "./coverage-log";

export type StoreNotes = {
  readonly list: readonly StoreNote[];
  /** Spans of history that went with what was set aside. */
  readonly lost: readonly Stretch[];
  add(words: string, path: string | null, lost?: Stretch | null): void;
  /** Parts that are told of already are not told again. */
  addParts(parts: readonly SetAside[]): void;
};

const NOTES_FILE = "set-aside.jsonl";
const MOST = 20;

const noteSchema = z.object({
  at: z.string(),
  words: z.string(),
  path: z.string().nullable(),
  lost: z.object({ fromMs: z.number(), toMs: z.number() }).nullable().default(null),
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
  const lost = read.flatMap((note) => (note.lost === null ? [] : [note.lost]));
  const known = new Set(read.flatMap(({ parts }) => parts));

  function add(
    words: string,
    path: string | null,
    span: Stretch | null,
    parts: readonly string[] = [],
  ): void {
    if (span !== null) lost.push(span);
    const note = { at: new Date(nowMs()).toISOString(), words, path };
    list.push(note);
    if (list.length > MOST) list.shift();
    for (const part of parts) known.add(part);
    try {
      appendFileSync(file, `${JSON.stringify({ ...note, lost: span, parts })}\n`, { mode: 0o600 });
    } catch {
      // It is told until the process ends, and again after the next start.
    }
    onNote(note);
  }

  return {
    list,
    lost,
    add: (words, path, span = null) => add(words, path, span),
    addParts(parts) {
      const fresh = parts.filter(({ table, part }) => !known.has(`${table} ${part}`));
      if (fresh.length === 0) return;
      const ids = fresh.map(({ table, part }) => `${table} ${part}`);
      const [first] = fresh;
      add(wordsOf(fresh), first?.path ?? null, spanOf(fresh), ids);
    },
  };
}

function wordsOf(parts: readonly SetAside[]): string {
  const drops = parts.filter(({ table }) => table === "drops");
  const rows = drops.reduce((sum, { rows }) => sum + rows, 0);
  const lost = spanOf(drops);
  const others = [...new Set(parts.map(({ table }) => table))].filter((one) => one !== "drops");
  const what = [
    ...(drops.length === 0
      ? []
      : [`${rows > 0 ? `${rows} drops` : "drops"} received ${spanText(lost)}`]),
    ...others.map((table) => `rows of ${table.replaceAll("_", " ")}`),
  ];
  return `Files of the store could not be read and were set aside: ${what.join("; ")}.`;
}

/** What of history went with the parts; null for nothing. */
export function spanOf(parts: readonly SetAside[]): Stretch | null {
  const spans = parts.filter(({ table }) => table === "drops").map(spanOfPart);
  if (spans.length === 0) return null;
  return {
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
  };
}

/** A part is named after the day it is of: `20261121_5_5_0`. */
function spanOfPart({ part, fromMs, toMs }: SetAside): Stretch {
  if (toMs > 0) return { fromMs, toMs };
  const [, year, month, day] = /(\d{4})(\d{2})(\d{2})_/.exec(part) ?? [];
  const startMs = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  return { fromMs: startMs, toMs: startMs + DAY_MS };
}

function spanText(span: Stretch | null): string {
  if (span === null) return "";
  const [from, to] = [span.fromMs, span.toMs].map(
    (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`,
  );
  return `from ${from} to ${to}`;
}

const DAY_MS = 86_400_000;

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
