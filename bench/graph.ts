/**
 * The graph: building it from series, laying it out, and drawing it in Chromium. The page and the
 * server are the real ones; only the answer of `/api/graph` is made here, at sizes no demo has.
 */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "@playwright/test";
import { startDroplens } from "@/e2e/droplens-server";
import { buildGraph } from "@/lib/graph/build-graph";
import { chooseDrawn, DRAW_ALL } from "@/lib/graph/choose";
import type { GraphAnswer } from "@/lib/graph/graph";
import { layOut } from "@/lib/graph/layout";
import type { LayoutInput } from "@/lib/graph/placement";
import { GRAPH_SPAN, graphRows } from "./graph-rows";
import { type Figure, median, type Report } from "./report";

const SIZES = [
  { nodes: 300, edges: 1_000 },
  { nodes: 2_000, edges: 10_000 },
] as const;
const ROUNDS = 5;
const TARGET_TASK_MS = 100;
const SYSTEM_BROWSER = "/usr/bin/chromium";
const ARGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync"];

export async function benchGraph(): Promise<Report> {
  const figures = [...buildFigures(), ...layoutFigures()];
  const server = await startDroplens({}, ["--demo"]);
  const path = process.env.CHROMIUM_PATH ?? SYSTEM_BROWSER;
  const browser = await chromium.launch({
    args: ARGS,
    ...(existsSync(path) ? { executablePath: path } : {}),
  });
  for (const size of SIZES) figures.push(...(await drawFigures(browser, server.url, size)));
  await browser.close();
  await server.dispose();
  return {
    name: "graph",
    about: "built from series, laid out, drawn in Chromium at 1440x900",
    figures,
  };
}

/** Time a row at 10,000 and at 200,000 rows: the same, if it grows with their number alone. */
function buildFigures(): Figure[] {
  const perRow = (rows: number) => {
    const counted = graphRows(2_000, 10_000, rows);
    const times = Array.from({ length: ROUNDS }, () =>
      timed(() => buildGraph(counted, { level: "identity", ...GRAPH_SPAN })),
    );
    return (median(times) * 1_000) / rows;
  };
  perRow(10_000);
  const [few, many] = [perRow(20_000), perRow(200_000)];
  return [
    { what: "build, 20,000 series of 10,000 pairs", value: few, unit: "us/row" },
    { what: "build, 200,000 series of 10,000 pairs", value: many, unit: "us/row" },
    { what: "a row at 200,000 / a row at 20,000", value: many / few, unit: "", atMost: 1.5 },
  ];
}

function layoutFigures(): Figure[] {
  return [50, 300, 1_000, 2_000, 5_000].map((nodes) => {
    const input = inputOf(answerOf(nodes, nodes * 4));
    layOut(input);
    const times = Array.from({ length: ROUNDS }, () => timed(() => layOut(input)));
    return { what: `layout, ${nodes} nodes, ${nodes * 4} edges`, value: median(times), unit: "ms" };
  });
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

export function answerOf(nodes: number, edges: number): GraphAnswer {
  const rows = graphRows(nodes, edges);
  const graph = buildGraph(rows, { level: "identity", ...GRAPH_SPAN });
  const coverage = { complete: true, gaps: [], lostAtMost: 0, newestDrop: null, sources: [] };
  return { ...graph, query: "", coverage };
}

function inputOf(graph: GraphAnswer): LayoutInput {
  const { nodes, edges } = chooseDrawn(graph, DRAW_ALL);
  return {
    nodes: nodes.map(({ id, place }) => ({ id, container: place, isFold: false })),
    edges: edges.map(({ source, destination, attempts }) => ({
      source,
      destination,
      weight: 1 + Math.log2(1 + attempts),
    })),
  };
}

type Size = { nodes: number; edges: number };

async function drawFigures(browser: Browser, url: string, size: Size): Promise<Figure[]> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const answer = answerOf(size.nodes, size.edges);
  const { fromMs, toMs } = GRAPH_SPAN;
  const body = JSON.stringify(answer);
  await page.route("**/api/graph?**", (route) =>
    route.fulfill({ body, contentType: "application/json" }),
  );
  // The compiler of the benchmarks names functions by a helper that the page does not have.
  await page.addInitScript("globalThis.__name = (one) => one");
  await page.addInitScript(observeTasks);
  const span = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;
  await browser.startTracing(page, { categories: ["toplevel"] });
  await page.goto(`${url}/graph?${span}&top=12000&hide=none`);
  await page.getByRole("application").waitFor();
  const drawn = await page.evaluate(firstDrawing);
  const cpuMs = longestOfMain((await browser.stopTracing()).toString());
  const pan = await page.evaluate(framesWhile, "pan" as const);
  const zoom = await page.evaluate(framesWhile, "zoom" as const);
  const during = await page.evaluate(longestTask);
  await page.close();
  const what = (text: string) =>
    `${answer.nodes.length} nodes, ${answer.edges.length} edges: ${text}`;
  return [
    { what: what("answer to picture"), value: drawn.pictureMs, unit: "ms" },
    { what: what("layout in the worker"), value: drawn.layoutMs, unit: "ms" },
    {
      what: what("longest task until the picture, CPU"),
      value: cpuMs,
      unit: "ms",
      atMost: TARGET_TASK_MS,
    },
    { what: what("longest task until the picture, clock"), value: drawn.longestMs, unit: "ms" },
    { what: what("pan"), value: pan, unit: "fps" },
    { what: what("zoom"), value: zoom, unit: "fps" },
    { what: what("longest task at all, clock"), value: during, unit: "ms" },
  ];
}

/**
 * CPU time of the main thread's longest task in a trace. Other work on the machine stretches a
 * task's time by the clock to several times of what it takes.
 */
function longestOfMain(trace: string): number {
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(trace);
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name.endsWith("RunTask") && main.has(`${pid} ${tid}`),
  );
  return tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1_000), 0);
}

type TraceEvent = {
  name: string;
  pid: number;
  tid: number;
  /** CPU time in microseconds. */
  tdur?: number;
  args?: { name?: string };
};

/** These run in the page. */
function observeTasks(): void {
  const tasks: { startMs: number; lengthMs: number }[] = [];
  Object.assign(window, { __graphTasks: tasks });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      tasks.push({ startMs: startTime, lengthMs: duration });
    }
  }).observe({ type: "longtask", buffered: true });
  new MutationObserver((_, observer) => {
    if (document.querySelector("[role=application]") === null) return;
    observer.disconnect();
    // The frame after the next is the one that has it.
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("graph drawn")));
  }).observe(document, { childList: true, subtree: true });
}

async function firstDrawing() {
  while (performance.getEntriesByName("graph drawn").length === 0) {
    await new Promise((next) => setTimeout(next, 20));
  }
  await new Promise((next) => setTimeout(next, 300));
  const answered = performance
    .getEntriesByType("resource")
    .find(({ name }) => name.includes("/api/graph?"));
  const fromMs = answered instanceof PerformanceResourceTiming ? answered.responseEnd : 0;
  const drawnMs = performance.getEntriesByName("graph drawn")[0]?.startTime ?? Number.NaN;
  const tasks: { startMs: number; lengthMs: number }[] = Reflect.get(window, "__graphTasks");
  const lengths = tasks
    .filter(({ startMs, lengthMs }) => startMs + lengthMs >= fromMs && startMs <= drawnMs)
    .map(({ lengthMs }) => lengthMs);
  return {
    pictureMs: drawnMs - fromMs,
    layoutMs: performance.getEntriesByName("graph layout")[0]?.duration ?? Number.NaN,
    longestMs: Math.max(0, ...lengths),
  };
}

/** Frames a second over two seconds in which every frame pans or zooms. */
async function framesWhile(how: "pan" | "zoom"): Promise<number> {
  const stage = document.querySelector("[role=application]");
  if (stage === null) return Number.NaN;
  const { left, top, width, height } = stage.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true };
  const pointer = { ...at, pointerId: 7, button: 0, pointerType: "mouse", isPrimary: true };
  Object.assign(stage, { setPointerCapture: () => {} });
  const target = stage.querySelector("canvas") ?? stage;
  if (how === "pan") target.dispatchEvent(new PointerEvent("pointerdown", pointer));
  const lengthMs = 2_000;
  const beganMs = performance.now();
  let frames = 0;
  while (performance.now() - beganMs < lengthMs) {
    const turn = Math.sin(frames / 20);
    if (how === "pan") {
      const moved = {
        ...pointer,
        clientX: at.clientX + turn * 300,
        clientY: at.clientY + turn * 90,
      };
      target.dispatchEvent(new PointerEvent("pointermove", moved));
    } else {
      target.dispatchEvent(
        new WheelEvent("wheel", { ...at, deltaY: turn > 0 ? -30 : 30, cancelable: true }),
      );
    }
    await new Promise((next) => requestAnimationFrame(next));
    frames += 1;
  }
  target.dispatchEvent(new PointerEvent("pointercancel", pointer));
  return (frames * 1_000) / (performance.now() - beganMs);
}

function longestTask(): number {
  const tasks: { lengthMs: number }[] = Reflect.get(window, "__graphTasks");
  return Math.max(0, ...tasks.map(({ lengthMs }) => lengthMs));
}

/** Only for pictures: the page of a graph of this size, drawn. */
export async function openGraphOf(page: Page, url: string, size: Size): Promise<void> {
  const body = JSON.stringify(answerOf(size.nodes, size.edges));
  await page.route("**/api/graph?**", (route) =>
    route.fulfill({ body, contentType: "application/json" }),
  );
  const { fromMs, toMs } = GRAPH_SPAN;
  const span = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;
  await page.goto(`${url}/graph?${span}&top=12000&hide=none`);
  await page.getByRole("application").waitFor();
}
