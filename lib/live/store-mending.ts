/**
 * Decides what is set aside when the store is opened next, because it could not be read: tables
 * that were named, then all of them, and the whole folder when nothing else helps.
 */
import type { Mend } from "@/lib/store/store";
import { damagedParts, type StoreFault } from "@/lib/store/store-fault";
import type { StoreNotes } from "./store-notes";

export type StoreMending = {
  /** For an opening that begins now. What is set aside is told in the notes. */
  mend(): Mend;
  /** It is open. */
  opened(): void;
  /** It could not be opened; answers whether that is tried again at once, with more set aside. */
  failed(fault: StoreFault): boolean;
  /** It was open, and what is in it cannot be read. */
  broken(error: unknown): void;
};

export type StoreMendingOptions = {
  place: string;
  notes: Pick<StoreNotes, "add" | "addParts">;
  nowMs: () => number;
};

/** Failures of no known kind after which the folder is taken for unreadable. */
const DOUBTS = 2;
const VAIN_REPAIRS = 2;
const REPAIR_WINDOW_MS = 600_000;

export function createStoreMending({ place, notes, nowMs }: StoreMendingOptions): StoreMending {
  let tables: Mend["tables"] = [];
  let folder: Mend["folder"] = "keep";
  let doubts = 0;
  /** What the opening under way has set aside. */
  let asideCount = 0;
  let repairs: { atMs: number; isSuccess: boolean }[] = [];

  return {
    mend() {
      asideCount = 0;
      return {
        folder,
        tables,
        onFolderAside: (path) => {
          asideCount += 1;
          const words = `The store in ${place} could not be read. It was set aside and a new one begun.`;
          notes.add(words, path, { fromMs: 0, toMs: nowMs() });
        },
        onPartsAside: (aside) => {
          asideCount += aside.length;
          notes.addParts(aside);
        },
      };
    },
    opened() {
      const isRepair = tables.length > 0 || folder === "now";
      if (isRepair) repairs.push({ atMs: nowMs(), isSuccess: asideCount > 0 });
      [tables, folder, doubts] = [[], "keep", 0];
    },
    failed(fault) {
      const before = folder;
      if (fault === "failing") doubts += 1;
      if (fault === "damaged" || doubts >= DOUBTS) folder = "if-unreadable";
      return folder !== before;
    },
    broken(error) {
      const named = [...new Set(damagedParts(error).map(({ table }) => table))];
      repairs = repairs.filter(({ atMs }) => nowMs() - atMs < REPAIR_WINDOW_MS);
      // Where one file is broken others may be: the second time all are looked at.
      tables = named.length > 0 && repairs.length === 0 ? named : "all";
      // Nothing broken was found time and again, and still it cannot be read.
      const isVain = repairs.length >= VAIN_REPAIRS && repairs.every(({ isSuccess }) => !isSuccess);
      if (isVain) [tables, folder] = [[], "now"];
    },
  };
}
