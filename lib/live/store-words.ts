/** What people are told about a store that does not take drops, or is not there at all. */
import type { StoreReport, StoreState } from "@/lib/drops/store-report";
import type { Disk } from "@/lib/store/disk";

export type StoreWords = Pick<StoreReport, "words" | "paused" | "goesOn" | "advice">;

export type StoreTrouble = {
  state: StoreState;
  /** Whether history can be read all the same. */
  isReadable: boolean;
  place: string;
  /** As the disk or the engine put it. */
  problem: string;
  disk: Disk | null;
};

const FINE: StoreWords = { words: "", paused: [], goesOn: "", advice: "" };
const WAITS = "Drops wait in memory and are stored when it is over";

export function wordsFor(trouble: StoreTrouble): StoreWords {
  if (trouble.state === "ok") return FINE;
  return {
    words: sentenceFor(trouble),
    paused: trouble.isReadable
      ? ["history is not written"]
      : [
          "history can be neither written nor read",
          "expectations cannot be changed, nor their matches be counted",
        ],
    goesOn: `Live goes on, and what is expected stays so. ${WAITS}; what no longer fits is counted.`,
    advice: adviceFor(trouble),
  };
}

function sentenceFor({ state, place, problem, disk }: StoreTrouble): string {
  switch (state) {
    case "full":
      return `History paused: disk full (${usedOf(disk)}).`;
    case "read-only":
      return `History paused: ${place} cannot be written.`;
    case "locked":
      return `History not available: ${holderIn(problem)} has ${place}.`;
    case "damaged":
      return `History paused: ${place} is damaged and is being mended.`;
    case "unreachable":
      return `History not available: ${place} does not answer.`;
    case "opening":
      return "History is being opened.";
    default:
      return "History paused: the store fails.";
  }
}

function adviceFor({ state, place, problem }: StoreTrouble): string {
  switch (state) {
    case "full":
      return `Make room on the disk of ${place}, or keep less (DROPLENS_RETENTION_DAYS, DROPLENS_RETENTION_SIZE). It goes on by itself.`;
    case "read-only":
      return `Let the user that runs Droplens write to ${place}, or mount it writable. It goes on by itself.`;
    case "locked":
      return "End the other process, or give this one a folder of its own (DROPLENS_DATA_DIR). It goes on by itself.";
    case "damaged":
      return "Nothing has to be done. What cannot be read is set aside, and nothing of it is deleted.";
    case "unreachable":
      return `Look whether the server runs and can be reached from here: ${problem}`;
    case "opening":
      return "";
    default:
      return `It is tried again by itself. The cause: ${problem}`;
  }
}

function holderIn(problem: string): string {
  return /in use by (process \d+)/.exec(problem)?.[1] ?? "another process";
}

function usedOf(disk: Disk | null): string {
  if (disk === null) return "its size is not known";
  return `${bytesText(disk.totalBytes - disk.freeBytes)} of ${bytesText(disk.totalBytes)}`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1_024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}
