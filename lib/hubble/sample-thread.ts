/** For tests: the thread that reads relays, from its source. */
import { Worker } from "node:worker_threads";
import { createRelayThread, type RelayThread } from "./relay-threaded";

const SOURCE = new URL("./relay-thread.ts", import.meta.url).href;
/** A thread's first file must be one that Node itself can read. */
const FIRST = `import("tsx/esm/api").then(({ tsImport }) => tsImport(${JSON.stringify(SOURCE)}, "file:///"))`;

/** Nothing runs before a channel is opened. */
export function sourceThread(): RelayThread {
  return createRelayThread(() => new Worker(FIRST, { eval: true }));
}
