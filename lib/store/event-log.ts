/**
 * An append-only log kept twice: in the store, and in a file beside it. What one has lost, the other
 * brings back, so that no event that was acknowledged goes with a damaged store.
 */
import { messageOf } from "@/lib/errors";
import type { EventRow } from "./event-table";
import type { EventsBackup } from "./events-backup";

export type EventLog = {
  /** On the disk in both when it resolves. */
  append: (rows: readonly EventRow[]) => Promise<void>;
  /** Everything acknowledged, in order. @throws when neither can be read. */
  read: () => Promise<EventRow[]>;
};

export type EventLogOptions = {
  backup: EventsBackup;
  store: { append: (rows: readonly EventRow[]) => Promise<void>; read: () => Promise<EventRow[]> };
  /** Whether the store can be asked now. */
  isThere: () => boolean;
  /** Whether the file may bring back what the store lacks: not where several write to the store. */
  restores: boolean;
  /** Told in words. */
  onNote: (words: string, path: string) => void;
  nowMs: () => number;
};

export function createEventLog(options: EventLogOptions): EventLog {
  const { backup, store, isThere, restores, onNote, nowMs } = options;

  async function read(): Promise<EventRow[]> {
    const copy = await backup.read();
    if (!isThere() && copy !== null) return copy;
    let rows: EventRow[];
    try {
      rows = await store.read();
    } catch (error) {
      if (copy === null) throw error;
      return copy;
    }
    return reconciled(rows, copy ?? []);
  }

  async function reconciled(rows: EventRow[], copy: readonly EventRow[]): Promise<EventRow[]> {
    const kept = new Map(rows.map((row) => [row.seq, row]));
    const copied = new Set(copy.map(({ seq }) => seq));
    const others = copy.filter((row) => isOther(row, kept.get(row.seq)));
    if (others.length > 0) return replaced(rows);
    const lost = copy.filter(({ seq }) => !kept.has(seq));
    const uncopied = rows.filter(({ seq }) => !copied.has(seq));
    // Without a copy all goes on; the next event finds out whether one can be written.
    await backup.append(uncopied).catch(() => {});
    if (lost.length === 0) return rows;
    if (!restores) return replaced(rows);
    try {
      await store.append(lost);
      if (!isLastChange(lost, rows)) {
        onNote(`${lost.length} entries that the store had lost were brought back.`, backup.path);
      }
    } catch {
      // They are on the disk in the copy, and are brought back with the next read.
    }
    return [...rows, ...lost].sort((a, b) => a.seq - b.seq);
  }

  /** The file tells of another store than this one. */
  async function replaced(rows: EventRow[]): Promise<EventRow[]> {
    try {
      const path = await backup.replace(rows, `other-${stampOf(nowMs())}`);
      onNote("The copy of a log told of another store and was set aside.", path);
    } catch (error) {
      onNote(`The copy of a log cannot be written: ${messageOf(error)}`, backup.path);
    }
    return rows;
  }

  return {
    read,
    async append(rows) {
      if (!restores || !isThere()) {
        await store.append(rows);
        // It is only what is shown while the store does not answer; the next read writes it again.
        await backup.append(rows).catch(() => {});
        return;
      }
      const takeBack = await backup.append(rows);
      try {
        await store.append(rows);
      } catch (error) {
        // Should the store have it all the same, reading brings it back here.
        await takeBack();
        throw error;
      }
    },
  };
}

/** What a process that was killed had on its way: nothing was lost. */
function isLastChange(lost: readonly EventRow[], rows: readonly EventRow[]): boolean {
  const last = rows.at(-1)?.seq ?? 0;
  return lost.every(({ seq, atMs }) => seq > last && atMs === lost[0]?.atMs);
}

function isOther(row: EventRow, kept: EventRow | undefined): boolean {
  if (kept === undefined) return false;
  return row.id !== kept.id || row.type !== kept.type || row.body !== kept.body;
}

/** For names of files: `2026-11-21T10-20-30Z`. */
export function stampOf(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
}
