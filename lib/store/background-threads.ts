/**
 * Lets the event loop go first where it and the embedded engine's threads want the same core. What
 * they do, inserting and above all merging, may be late; what a browser waits for may not.
 * Linux only, where a thread has a priority of its own; elsewhere this does nothing.
 */
import { readdir, readFile } from "node:fs/promises";
import { setPriority } from "node:os";

/** Nice values by the engine's names of its threads, which are cut at 15 characters. */
const BEHIND: readonly { threads: RegExp; nice: number }[] = [
  // Beside one at 0 such a thread gets a sixth of a core: merges may take their time, but an end they
  // must come to, or parts pile up until the engine holds inserts back.
  { threads: /^(MergeMutate|Fetch|Move|Common|Bg\w*SchPool)/, nice: 7 },
  // Three tenths: inserts must go on beside other programs of a crowded machine.
  { threads: /^(ThreadPool|Query|Memory|PoolDelay)/, nice: 4 },
];
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
    const found = BEHIND.find(({ threads }) => threads.test(name));
    if (found === undefined) continue;
    settled.add(id);
    try {
      setPriority(id, found.nice);
    } catch {
      // It has ended, or the system forbids it: then it stays as it is.
    }
  }
}
