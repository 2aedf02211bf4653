/**
 * The end of the running system, in its order: first nothing is told or read any more, then what
 * waits is stored or kept for the next start, and last the store is let go of.
 */
import { messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import type { Store } from "@/lib/store/store";
import type { Ingest } from "./ingest";
import type { Intake } from "./intake";
import type { NameKeeper } from "./name-keeper";
import { keepForNextStart } from "./spill";

export type Stopping = {
  intake: Intake;
  /** Closed at once, before anything is waited for. */
  close: readonly (() => void)[];
  captures: { stop(): Promise<void> };
  names: Pick<NameKeeper, "stop"> | null;
  store: Store;
  dataDir: string;
  log: Log;
};

/** At most about `deadlineMs`. */
export async function stopAll(stopping: Stopping, deadlineMs: number): Promise<void> {
  const { intake, captures, names } = stopping;
  intake.close();
  for (const close of stopping.close) close();
  await Promise.race([captures.stop(), later(deadlineMs / 4)]);
  await intake.stop(deadlineMs / 3);
  // Within what the store has for its end; what is not kept is learnt again.
  if (names !== null) await Promise.race([names.stop(), later(deadlineMs / 6)]);
  await stopWriting(stopping, deadlineMs / 3);
}

export async function stopIngests(ingests: readonly Ingest[], deadlineMs: number): Promise<void> {
  const stopped = Promise.all(ingests.map((ingest) => ingest.stop()));
  await Promise.race([stopped, later(deadlineMs)]);
}

async function stopWriting(
  { intake, store, dataDir, log }: Stopping,
  deadlineMs: number,
): Promise<void> {
  const { writer, handIn } = intake.storing;
  handIn.stop();
  await writer.close(deadlineMs);
  // What came from a file is in it still.
  const left = writer.left().filter((drop) => !handIn.holds(drop));
  if (left.length > 0) await keepForNextStart(dataDir, left, log);
  // Another replica may go on with the sources; otherwise it waits until our leases run out.
  if (intake.leased !== null) await Promise.race([intake.leased.release(), later(deadlineMs)]);
  await store
    .close()
    .catch((error) => log.error("the store did not close", { error: messageOf(error) }));
}

/** Does not keep the process. */
function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
