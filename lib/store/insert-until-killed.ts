/**
 * A process for tests to kill: opens the store in the folder it is given and inserts batches
 * without end, saying the number of each once it is acknowledged. The first number may be given.
 */
import { BATCH_SIZE, numberedBatch } from "./sample-drops";
import { openStore } from "./store";

const [, , dataDir = "", from = "0"] = process.argv;

async function insertUntilKilled(): Promise<void> {
  const store = await openStore({ dataDir });
  for (let number = Number(from); ; number += 1) {
    await store.insertDrops(numberedBatch(number));
    process.stdout.write(`${number} ${BATCH_SIZE}\n`);
  }
}

insertUntilKilled().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
