/**
 * Browser tests: real Chromium, real server, real gRPC relay. Tests start their own servers through
 * the fixture in `e2e/`, so that each has its own relay, data folder and port.
 */
import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const isCi = process.env.CI !== undefined && process.env.CI !== "";

/**
 * The system's Chromium where there is one (Debian's, in CI), else the one Playwright downloads. The
 * shell without a window comes first, as with Playwright's own: a page costs it half the processor time.
 */
const SYSTEM_BROWSERS = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const browserPath = process.env.CHROMIUM_PATH ?? SYSTEM_BROWSERS.find((path) => existsSync(path));

/** Quiet: a test's browser talks to the server under test and to nobody else. */
const LAUNCH_ARGS = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
// Chromium's sandbox cannot be set up by root, which is what containers of CI run as.
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "e2e",
  // Not `test-results` itself: Playwright empties its folder, and the unit tests report there too.
  outputDir: "test-results/e2e",
  reporter: isCi
    ? [["list"], ["json", { outputFile: "test-results/reports/e2e.json" }]]
    : [["list"]],
  forbidOnly: isCi,
  retries: isCi ? 1 : 0,
  // Each file has a server, a relay and a browser of its own; much of a test is waiting.
  workers: 2,
  // Of a whole test, on a slow machine; a wait that fails ends it sooner.
  timeout: 120_000,
  expect: { timeout: 10_000 },
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    // A trace costs as much as two thirds of the test itself: in CI the second try writes one.
    trace: isCi ? "on-first-retry" : "retain-on-failure",
    launchOptions: {
      ...(browserPath === undefined ? {} : { executablePath: browserPath }),
      args: [...LAUNCH_ARGS, ...(isRoot ? ["--no-sandbox"] : [])],
    },
  },
});
