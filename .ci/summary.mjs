/**
 * Adds up the JSON reports of Vitest and Playwright in a folder and prints one line.
 * Usage: node .ci/summary.mjs FOLDER
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2] ?? "test-results/reports";
const sum = { passed: 0, failed: 0, skipped: 0 };

const names = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith(".json"))
  : [];
for (const name of names.sort()) {
  const counts = countsOf(JSON.parse(readFileSync(join(folder, name), "utf8")));
  sum.passed += counts.passed;
  sum.failed += counts.failed;
  sum.skipped += counts.skipped;
  console.log(
    `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped${counts.note}`,
  );
}
console.log(`tests: ${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;

function countsOf(report) {
  if (report.stats !== undefined) {
    // Playwright. `flaky` passed on a second try: it counts as passed and is named.
    const { expected, unexpected, flaky, skipped } = report.stats;
    const note = flaky > 0 ? `, ${flaky} only on a second try` : "";
    // Errors outside any test, such as a spec file that does not load.
    const failed = unexpected + (report.errors?.length ?? 0);
    return { passed: expected + flaky, failed, skipped, note };
  }
  // Vitest. A file that does not load has no tests of its own: it counts as one failure.
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    note: "",
  };
}
