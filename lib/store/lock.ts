/**
 * One process a data folder. The lock file names the process that holds it, so that a second one
 * can say who is in the way. A lock whose process is gone (after a crash or `kill -9`) is taken over.
 *
 * Process ids mean nothing across containers that share a volume. So the holder touches its lock
 * every few seconds, and one from elsewhere counts until it has not been touched for a while: what
 * somebody else may have open must neither be opened nor set aside.
 */
import {
  linkSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimes,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AppError } from "@/lib/errors";

const LOCK_FILE = "droplens.lock";

/** `startedAt` tells a process from a later one with the same id; empty where the system hides it. */
type Holder = { pid: number; startedAt: string; space: string };

const BEAT_MS = 5_000;
/** A lock from elsewhere that was not touched for so long is nobody's. */
const STALE_MS = 20_000;

export type FolderLock = { release: () => void };

/** @throws AppError `store-locked` naming the process and the folder. */
export function lockFolder(folder: string): FolderLock {
  const file = join(folder, LOCK_FILE);
  const mine = { pid: process.pid, startedAt: startTimeOf(process.pid), space: spaceOfIds() };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(mine)}\n`, { mode: 0o600 });
  try {
    if (!claim(draft, file)) {
      const holder = readHolder(file);
      if (holder !== null && isAlive(holder, file)) throw lockedFolder(folder, pidHere(holder));
      renameSync(file, `${draft}.stale`);
      rmSync(`${draft}.stale`, { force: true });
      if (!claim(draft, file)) throw lockedFolder(folder, pidHere(readHolder(file)));
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const beat = setInterval(() => utimes(file, new Date(), new Date(), () => {}), BEAT_MS);
  beat.unref();
  return {
    release: () => {
      clearInterval(beat);
      releaseLock(file, mine);
    },
  };
}

/** The living process that ClickHouse's own status file names; null when there is none but us. */
export function engineHolder(enginePath: string): number | null {
  try {
    const pid = /^PID: (\d+)$/m.exec(readFileSync(join(enginePath, "status"), "utf8"))?.[1];
    if (pid === undefined || Number(pid) === process.pid) return null;
    return isRunning(Number(pid)) ? Number(pid) : null;
  } catch {
    return null;
  }
}

export function lockedFolder(folder: string, pid: number | null): AppError {
  const who = pid === null ? "another process" : `process ${pid}`;
  return new AppError(
    "store-locked",
    `The data folder ${folder} is in use by ${who}. Stop that Droplens, or choose another folder ` +
      "with DROPLENS_DATA_DIR.",
  );
}

/** Whether `draft` became `file`: a link is made whole or not at all, and never over another. */
function claim(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function releaseLock(file: string, mine: Holder): void {
  const holder = readHolder(file);
  if (holder?.pid === mine.pid && holder.startedAt === mine.startedAt)
    rmSync(file, { force: true });
}

function readHolder(file: string): Holder | null {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof holder !== "object" || holder === null) return null;
    const { pid, startedAt, space } = holder as Partial<Record<keyof Holder, unknown>>;
    if (typeof pid !== "number" || typeof startedAt !== "string") return null;
    return { pid, startedAt, space: typeof space === "string" ? space : spaceOfIds() };
  } catch {
    return null;
  }
}

function isAlive({ pid, startedAt, space }: Holder, file: string): boolean {
  if (space !== spaceOfIds()) return Date.now() - statSync(file).mtimeMs < STALE_MS;
  return isRunning(pid) && startTimeOf(pid) === startedAt;
}

/** The id by which a person finds it here; null for a process of another container. */
function pidHere(holder: Holder | null): number | null {
  return holder !== null && holder.space === spaceOfIds() ? holder.pid : null;
}

/** Within which process ids mean the same: a boot of a machine and a namespace in it; see namespaces(7). */
function spaceOfIds(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Start time in clock ticks since boot: field 22 of /proc/PID/stat (proc(5)), of which field 3 is
 * the state. A zombie holds nothing any more. Empty where there is no such process or no /proc.
 */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "" : (fields[19] ?? "");
  } catch {
    return "";
  }
}
