import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { settleThreads } from "./background-threads";
import { openEngine } from "./connection";
import { loadEmbedded } from "./embedded-library";

describe.runIf(process.platform === "linux")("threads of the embedded engine", () => {
  test("stand behind the event loop, and no other thread does", async () => {
    const folder = mkdtempSync(join(tmpdir(), "droplens-threads-"));
    await loadEmbedded();
    const engine = openEngine(folder);
    try {
      await engine.run("write", "CREATE TABLE one (n UInt8) ENGINE = MergeTree ORDER BY n");
      await engine.run("write", "INSERT INTO one VALUES (1)");
      await settleThreads();
      const threads = readdirSync("/proc/self/task").map((id) => ({
        name: readFileSync(`/proc/self/task/${id}/comm`, "utf8").trim(),
        priority: getPriority(Number(id)),
      }));
      const scheduled = threads.filter(({ name }) => name === "BgSchPool");
      expect(scheduled.length).toBeGreaterThan(0);
      for (const { priority } of scheduled) expect(priority).toBe(7);
      expect(getPriority(0)).toBe(0);
      expect(getPriority(process.pid)).toBe(0);
    } finally {
      await engine.close(5_000);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
