/**
 * Lets the event loop go first where it and the embedded engine's threads want the same core. What
 * they do, inserting and merging, may be late by some milliseconds; what a browser waits for may not.
 * Linux only, where a thread has a priority of its own; elsewhere this does nothing.
 */
import { readdir, readFile } from "node:fs/promises";
import { setPriority } from "node:os";

/** As the engine names its threads; a name is cut at 15 characters. */
const ENGINE_THREADS = /^(ThreadPool|MergeMutate|Fetch|Move|Common|Bg\w*SchPool|Memory|PoolDelay)/;
/**
 * Nice value. Where both want one core, such a thread gets two fifths of what one at 0 gets: enough to
 * go on beside other programs of a crowded machine.
 */
const BEHIND = 4;
/** Threads come and go with the work. */
const LOOK_MS = 10_000;
const TASKS = "/proc/self/task";

const settled = new Set<number>();
let timer: ReturnType<typeof setInterval> | null = null;

/** From now on, for all engines of the process. */
export function keepInBackground(): void {
  if (timer !== null || process.platform !== "linux") return;
  timer = setInterval(() => void settleThreads(), LOOK_MS);
  timer.unref();
  void settleThreads();
}

/** Never rejects: what ends while it is looked at needs no priority. */
export async function settleThreads(): Promise<void> {
  const ids = (await readdir(TASKS).catch(() => [])).map(Number);
  for (const id of settled) if (!ids.includes(id)) settled.delete(id);
  for (const id of ids) {
    if (settled.has(id)) continue;
    const name = await readFile(`${TASKS}/${id}/comm`, "utf8").catch(() => "");
    if (!ENGINE_THREADS.test(name)) continue;
    settled.add(id);
    try {
      setPriority(id, BEHIND);
    } catch {
      // It has ended, or the system forbids it: then it stays as it is.
    }
  }
}
