/** A tab of the real page in Chromium, on the real server at 10,000 drops/s, over some minutes. */
import { existsSync } from "node:fs";
import { type CDPSession, chromium, type Page } from "@playwright/test";
import { memoryFigures, takeSamples } from "./memory";
import { median, type Report } from "./report";
import { startLoadedServer } from "./server";
import { DROPS_PER_SECOND } from "./simulated-time";
import { type Sample, slopePerMinute } from "./slope";

const DEFAULT_MINUTES = 2;
const WARM_UP_MS = 15_000;
const STEP_MS = 2_000;
/** A collection by hand, so that garbage does not look like growth. */
const HEAP_STEPS = 5;
const MIB = 1 << 20;
const TARGET_LONG_PERCENT = 1;
const TARGET_HEAP_PERCENT = 1;

const SYSTEM_BROWSER = "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

type Seen = { longTasks: number[]; inputs: number[]; sinceMs: number; nowMs: number };

export async function benchBrowser({ minutes }: { minutes: number | null }): Promise<Report> {
  const lengthMs = (minutes ?? DEFAULT_MINUTES) * 60_000;
  const server = await startLoadedServer(DROPS_PER_SECOND);
  const executablePath = process.env.CHROMIUM_PATH ?? SYSTEM_BROWSER;
  const browser = await chromium.launch({
    args: ARGS,
    ...(existsSync(executablePath) ? { executablePath } : {}),
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(server.url);
  await page.getByRole("row").nth(5).waitFor();
  await page.waitForTimeout(WARM_UP_MS);
  await observe(page);
  const session = await page.context().newCDPSession(page);
  const [heap, samples] = await Promise.all([
    pressKeys(page, session, lengthMs),
    takeSamples(server, lengthMs),
  ]);
  const seen = await readSeen(page);
  const rows = await page.getByRole("row").count();
  const account = await server.account();
  await browser.close();
  await server.stop();

  const spanMs = seen.nowMs - seen.sinceMs;
  const longMs = seen.longTasks.reduce((sum, each) => sum + each, 0);
  const heapMiB = median(heap.map(({ value }) => value));
  const slope = slopePerMinute(heap.filter(({ atMs }) => atMs >= lengthMs / 3));
  return {
    name: "browser",
    about: `${(spanMs / 60_000).toFixed(1)} minutes at ${DROPS_PER_SECOND} drops/s`,
    figures: [
      {
        what: "time in tasks over 50 ms",
        value: (100 * longMs) / spanMs,
        unit: "%",
        atMost: TARGET_LONG_PERCENT,
      },
      { what: "tasks over 50 ms", value: seen.longTasks.length, unit: "" },
      { what: "longest task", value: Math.max(0, ...seen.longTasks), unit: "ms" },
      { what: "key j to painted row, median", value: median(seen.inputs), unit: "ms" },
      { what: "key j to painted row, most", value: Math.max(...seen.inputs), unit: "ms" },
      { what: "heap after collection", value: heapMiB, unit: "MiB" },
      { what: "heap grows per minute, last two thirds", value: slope, unit: "MiB" },
      {
        what: "heap grows per minute, of itself",
        value: (100 * slope) / heapMiB,
        unit: "%",
        atMost: TARGET_HEAP_PERCENT,
      },
      { what: "rows in the page", value: rows, unit: "" },
      ...memoryFigures(samples, account),
    ],
  };
}

/** Presses j, and k, every few seconds and looks at the heap now and then. */
async function pressKeys(page: Page, session: CDPSession, lengthMs: number): Promise<Sample[]> {
  const heap: Sample[] = [];
  const began = Date.now();
  await session.send("HeapProfiler.enable");
  for (let step = 0; Date.now() - began < lengthMs; step++) {
    await page.keyboard.press(step % 4 === 3 ? "k" : "j");
    await page.waitForTimeout(STEP_MS);
    if (step % HEAP_STEPS !== 0) continue;
    await pauseObserving(page, () => session.send("HeapProfiler.collectGarbage"));
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    heap.push({ atMs: Date.now() - began, value: usedSize / MIB });
  }
  return heap;
}

/** What is measured lives in the page under one name. */
const NAME = "__droplensBench";

async function observe(page: Page): Promise<void> {
  await page.evaluate((name) => {
    const seen = { longTasks: [] as number[], inputs: [] as number[], sinceMs: performance.now() };
    const state = { ...seen, paused: false };
    Object.assign(window, { [name]: state });
    new PerformanceObserver((list) => {
      if (state.paused) return;
      for (const entry of list.getEntries()) state.longTasks.push(entry.duration);
    }).observe({ type: "longtask" });
    addEventListener(
      "keydown",
      (event) => {
        const pressedMs = event.timeStamp;
        // After the frame that shows it.
        requestAnimationFrame(() => {
          setTimeout(() => state.inputs.push(performance.now() - pressedMs));
        });
      },
      { capture: true },
    );
  }, NAME);
}

/** A collection by hand would count as a long task. */
async function pauseObserving(page: Page, work: () => Promise<unknown>): Promise<void> {
  const set = (paused: boolean) =>
    page.evaluate(
      ([name, value]) => {
        Reflect.get(window, name as string).paused = value;
      },
      [NAME, paused] as const,
    );
  await set(true);
  await work();
  await page.waitForTimeout(100);
  await set(false);
}

async function readSeen(page: Page): Promise<Seen> {
  return page.evaluate((name) => {
    const { longTasks, inputs, sinceMs } = Reflect.get(window, name);
    return { longTasks, inputs, sinceMs, nowMs: performance.now() };
  }, NAME);
}
