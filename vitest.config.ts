/**
 * Unit tests: everything beside the code it tests, plus the checks of the repository itself.
 * One process a file (`forks`), because the embedded ClickHouse keeps one engine a process.
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@\//, replacement: `${root}/` },
      // The package throws outside a React server; tests run the server's code in plain Node.
      { find: /^server-only$/, replacement: `${root}/node_modules/server-only/empty.js` },
    ],
  },
  test: {
    include: ["{app,bench,bin,checks,components,deploy,lib}/**/*.test.{ts,tsx}"],
    exclude: [...configDefaults.exclude, "e2e/**", ".next/**"],
    environment: "node",
    // In CI also as JSON, which `.ci/run` counts.
    reporters: process.env.CI ? ["default", "json"] : ["default"],
    outputFile: { json: process.env.UNIT_REPORT ?? "test-results/reports/unit.json" },
    pool: "forks",
    // Vitest leaves one core to itself, which on two would be one file at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
