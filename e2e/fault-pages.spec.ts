/** Faults that pages meet, each judged: what the page counts is what the relay sent. */
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { freshFlow, freshFlows } from "@/lib/faults/fresh";
import { type HttpProxy, startHttpProxy } from "@/lib/faults/http-proxy";
import { until } from "./droplens-server";
import { type Judged, startJudged } from "./fault-judge";

let judged: Judged;
let proxy: HttpProxy;

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  test.setTimeout(120_000);
  judged = await startJudged();
  proxy = await startHttpProxy(judged.server.port);
});
test.afterAll(async () => {
  await proxy.close();
  await judged.dispose();
});
test.afterEach(async () => {
  proxy.set({ holdsBack: false, cutAfterMs: null, instead: null, rewrite: null });
  await judged.judge();
});

/** Eight pages in one browser keep a small machine busy. */
const PATIENT = { timeout: 30_000 };

const stream = (page: Page) => page.getByLabel("Stream");
const banner = (page: Page, words: string | RegExp) =>
  page.locator(".banner").filter({ hasText: words });

/** Sends drops and waits until the page counts as many as the store has. */
async function send(page: Page, flows: readonly object[]): Promise<void> {
  judged.relay.emit(...flows);
  await judged.settled();
  await untilTallied(page);
}

async function untilTallied(page: Page): Promise<void> {
  const stored = await judged.dropsOf();
  await expect(async () => expect(await tallyOf(page)).toBe(stored)).toPass({ timeout: 30_000 });
}

/** Drops as the page itself tells them. */
async function tallyOf(page: Page): Promise<number> {
  const title = await page.locator(".figure.is-sum").getAttribute("title");
  return Number(/^([\d,. ]+) packets/.exec(title ?? "")?.[1]?.replace(/\D/g, "") ?? "NaN");
}

test("F49 restart during a stream: the page goes on with all that was, and counts nothing twice", async ({
  page,
}) => {
  await page.goto(judged.server.url);
  await send(page, freshFlows(20));
  await judged.restart();
  await expect(stream(page)).toContainText("Live", { timeout: 30_000 });
  await send(page, freshFlows(5));
  await expect(banner(page, "fell behind")).toHaveCount(0);
});

test("F51 tab asleep: on waking the page catches up at once and at one go", async ({ page }) => {
  await page.goto(judged.server.url);
  await send(page, freshFlows(3));
  const browser = await page.context().newCDPSession(page);
  await browser.send("Page.setWebLifecycleState", { state: "frozen" });
  for (let burst = 0; burst < 4; burst += 1) {
    judged.relay.emit(...freshFlows(500, () => ({ node_name: `c1/n${burst}` })));
    await judged.settled();
  }
  await browser.send("Page.setWebLifecycleState", { state: "active" });
  await untilTallied(page);
  await expect(stream(page)).toContainText("Live");
  await send(page, freshFlows(1));
});

test("F52 hidden tab: its title counts what changed, and it is right when it is seen", async ({
  page,
}) => {
  await page.goto(judged.server.url);
  await send(page, freshFlows(1));
  await look(page, false);
  const other = { drop_reason: 181, drop_reason_desc: "POLICY_DENY" };
  judged.relay.emit(
    ...freshFlows(3, () => ({ ...other, egress_denied_by: [{ name: "no-egress" }] })),
  );
  await expect(page).toHaveTitle(/^\(\d+\) Triage/);
  await judged.settled();
  await look(page, true);
  await untilTallied(page);
  await expect(page).toHaveTitle(/^Triage/);
});

/** As if its tab were in the background, or in front again. */
function look(page: Page, isSeen: boolean): Promise<void> {
  return page.evaluate((seen) => {
    for (const [name, value] of [
      ["hidden", !seen],
      ["visibilityState", seen ? "visible" : "hidden"],
    ] as const) {
      Object.defineProperty(document, name, { configurable: true, get: () => value });
    }
    document.dispatchEvent(new Event("visibilitychange"));
  }, isSeen);
}

test("F55 eight tabs over HTTP/1.1: all are live, the API answers, and who closes makes room", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const context = await browser.newContext();
  const pages: Page[] = [];
  for (let at = 0; at < 8; at += 1) pages.push(await openTab(context, at));
  for (const page of pages) await expect(stream(page)).toContainText("Live", PATIENT);
  const asking = async () => {
    const found = await Promise.all(pages.map((page) => banner(page, "Other tabs").count()));
    return found.reduce((sum, one) => sum + one, 0);
  };
  await expect.poll(asking, PATIENT).toBe(4);
  await allTold(pages, "first");
  const statuses = await Promise.all(
    pages.map((page) => page.evaluate(() => fetch("/api/me").then(({ status }) => status))),
  );
  expect(statuses).toEqual(pages.map(() => 200));

  await pages.shift()?.close();
  await pages.shift()?.close();
  await expect.poll(asking, PATIENT).toBe(2);
  await allTold(pages, "second");
  await context.close();
});

async function openTab(context: BrowserContext, at: number): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${judged.server.url}/?q=${encodeURIComponent(`-ns:tab-${at}`)}`);
  return page;
}

/** Every page shows drops of a workload that nobody has seen before. */
async function allTold(pages: readonly Page[], name: string): Promise<void> {
  judged.relay.emit(
    freshFlow({
      drop_reason: 181,
      drop_reason_desc: "POLICY_DENY",
      egress_denied_by: [{ name: `deny-${name}`, namespace: "shop" }],
    }),
  );
  for (const page of pages) {
    await expect(page.getByRole("row").filter({ hasText: `deny-${name}` })).toBeVisible(PATIENT);
  }
}

test("F56 a proxy that holds streams back is named, and the page is live by asking", async ({
  page,
}) => {
  proxy.set({ holdsBack: true });
  await page.goto(proxy.url);
  await expect(banner(page, "A proxy seems to buffer the stream")).toBeVisible({ timeout: 20_000 });
  await expect(stream(page)).toContainText("Live");
  await send(page, freshFlows(7));
  // Nothing waits at the proxy for a stream that nobody reads any more.
  await expect.poll(() => proxy.open).toBeLessThan(3);
});

test("F57 a proxy that cuts streams every second: the page goes on, and counts nothing twice", async ({
  page,
}) => {
  proxy.set({ cutAfterMs: 1_000 });
  await page.goto(proxy.url);
  for (let at = 0; at < 3; at += 1) await send(page, freshFlows(4));
  await expect(banner(page, "fell behind")).toHaveCount(0);
});

test("F58 a proxy that takes Last-Event-ID away and compresses: the page is live all the same", async ({
  page,
}) => {
  proxy.set({ strip: ["last-event-id"], gzip: true, cutAfterMs: 2_000 });
  try {
    await page.goto(proxy.url);
    for (let at = 0; at < 2; at += 1) await send(page, freshFlows(4));
  } finally {
    proxy.set({ strip: [], gzip: false });
  }
});

test("F59 a clock that is hours wrong: ages and ranges go by the server's", async ({ browser }) => {
  const context = await browser.newContext({ timezoneId: "Europe/Berlin" });
  await context.addInitScript(() => {
    const right = Date.now.bind(Date);
    Date.now = () => right() + 5 * 3_600_000;
  });
  const page = await context.newPage();
  await page.goto(judged.server.url);
  await allTold([page], "late-clock");
  const row = page.getByRole("row").filter({ hasText: "deny-late-clock" });
  await expect(row.locator("time").last()).toHaveText(/^\d+s$|^[0-2]m$/);
  await context.close();
});

for (const [name, instead] of [
  ["401", { status: 401, body: "sign in" }],
  ["a redirect", { status: 302, headers: { location: "https://sign-in.invalid/" } }],
] as const) {
  test(`F60 the sign-in is over in mid-use, told by ${name}: words, a reload, and the same view`, async ({
    page,
  }) => {
    await page.goto(`${proxy.url}/?q=ns:shop`);
    await expect(stream(page)).toContainText("Live");
    proxy.set({ instead: (path) => (path.startsWith("/api/") ? instead : null) });
    proxy.cut();
    await expect(banner(page, "Reload the page to sign in")).toBeVisible({ timeout: 20_000 });
    await expect(banner(page, "Shown: what had arrived until then")).toBeVisible();
    await expect(page.getByRole("button", { name: "Reload" })).toBeVisible();
    proxy.set({ instead: null });
    // It may be live again by itself by now, and the button gone.
    await page.reload();
    await expect(stream(page)).toContainText("Live");
    expect(page.url()).toContain("q=ns:shop");
    await allTold([page], `signed-in-${name.length}`);
  });
}

test("F61 a page of another build than the server: it says so, and goes on", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  proxy.set({
    rewrite: (text, path) =>
      path.startsWith("/api/live")
        ? text.replace(
            /event: hello\ndata: (.*)"build":"[^"]*"/,
            'event: fireworks\ndata: {"colour":1}\n\nevent: hello\ndata: $1"build":"another"',
          )
        : text,
  });
  await page.goto(proxy.url);
  await expect(banner(page, "Droplens was updated since this page was loaded")).toBeVisible();
  await send(page, freshFlows(2));
  expect(errors).toEqual([]);
  proxy.set({ rewrite: null });
  await page.getByRole("button", { name: "Reload" }).click();
  await expect(stream(page)).toContainText("Live");
  await expect(banner(page, "updated")).toHaveCount(0);
});

test("F49 the stream is given up with its page: no reader is left at the server", async ({
  page,
}) => {
  await page.goto(judged.server.url);
  await expect(stream(page)).toContainText("Live");
  await page.goto("about:blank");
  await until(async () => {
    const { streams } = await (await fetch(`${judged.server.url}/api/sources`)).json();
    return streams.subscribers === 0;
  });
});
