/** A process for tests: has the store in the folder it is given until it is ended. */
import { openStore } from "@/lib/store/store";

const [, , dataDir = ""] = process.argv;

openStore({ dataDir })
  .then(() => {
    process.stdout.write("held\n");
    setInterval(() => {}, 60_000);
  })
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
