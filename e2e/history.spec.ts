import { expect, type Page, test } from "@playwright/test";
import { droplensForThisFile } from "./droplens";
import { until } from "./droplens-server";
import { ago, dnsQuestion, synFrom } from "./packets";

const droplens = droplensForThisFile();

test.describe.configure({ mode: "serial" });

const HOUR = 3_600_000;
const rows = (page: Page) => page.locator(".drop-line:not(.drops-head)");
const panel = (page: Page) => page.getByRole("dialog", { name: "Range" });

/** As one types it, in UTC. */
function typed(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 19).replace("T", " ");
}

async function openPicker(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Range:/ }).click();
  await expect(panel(page)).toBeVisible();
}

test.beforeAll(async () => {
  const flows = [
    ...synFrom("early", 41_000, ago(6 * HOUR)),
    ...synFrom("beside", 41_500, ago(3 * HOUR - 120_000)),
    ...synFrom("middle", 42_000, ago(3 * HOUR)),
    ...synFrom("late", 43_000, ago(60_000)),
  ];
  for (const flow of flows) droplens.relay.emit(flow);
  await until(async () => {
    const { drops } = await (await fetch(`${droplens.server.url}/api/drops?range=24h`)).json();
    return drops.length === 4;
  });
});

test("a range of two times shows what was then, and leads back to live", async ({ page }) => {
  await page.goto(`${droplens.server.url}/`);
  await expect(page.getByRole("row").filter({ hasText: "late" })).toBeVisible();
  await openPicker(page);
  await page.getByRole("textbox", { name: "From" }).fill(typed(Date.now() - 4 * HOUR));
  await page.getByRole("textbox", { name: "To" }).fill("2h ago");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page).toHaveURL(/from=.+&to=/);
  await expect(panel(page)).toBeHidden();
  await expect(page.getByRole("row").filter({ hasText: "middle" })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "late" })).toHaveCount(0);

  await page.getByRole("button", { name: "Back to live" }).click();
  await expect(page.getByLabel("Stream")).toContainText("Live");
  await expect(page.getByRole("row").filter({ hasText: "late" })).toBeVisible();
  await expect(page).not.toHaveURL(/from=/);
});

test("times that are none are said in words and change nothing", async ({ page }) => {
  await page.goto(`${droplens.server.url}/flows`);
  await expect(rows(page).first()).toBeVisible();
  await openPicker(page);
  const from = page.getByRole("textbox", { name: "From" });
  const to = page.getByRole("textbox", { name: "To" });
  const show = page.getByRole("button", { name: "Show", exact: true });
  const problem = panel(page).getByRole("alert");
  await from.fill("half past nine");
  await show.click();
  await expect(problem).toContainText("“half past nine” is not a time. Write 14:05");
  await from.fill("27:00");
  await show.click();
  await expect(problem).toContainText("There is no hour 27");
  await from.fill("1h ago");
  await to.fill("2h ago");
  await show.click();
  await expect(problem).toContainText("The end must be after the begin");
  await expect(page).not.toHaveURL(/from=/);
  await page.goto(`${droplens.server.url}/flows?from=2026-13-40&to=never`);
  await expect(page.getByText(/from and to must be two times/)).toBeVisible();
});

test("the panel names the oldest drop that is kept", async ({ page }) => {
  await page.goto(`${droplens.server.url}/flows`);
  await openPicker(page);
  const { oldest } = await (await fetch(`${droplens.server.url}/api/history`)).json();
  await expect(panel(page)).toContainText(
    `The oldest drop kept is of ${String(oldest).slice(0, 16).replace("T", " ")}`,
  );
  await expect(panel(page)).toContainText("drops are kept 30 days");
});

test("around one drop: what came shortly before and after it", async ({ page }) => {
  await page.goto(`${droplens.server.url}/flows?range=24h`);
  await rows(page).filter({ hasText: "middle" }).click();
  await page.getByRole("button", { name: "5 min around this drop" }).click();
  await expect(page).toHaveURL(/from=.+&to=.+&open=/);
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first()).toContainText("beside");
  await expect(page.getByRole("complementary", { name: "Drop details" })).toContainText("middle");
  await page.getByRole("button", { name: "1 min around this drop" }).click();
  await expect(rows(page)).toHaveCount(1);
  await page.goBack();
  await expect(rows(page)).toHaveCount(2);
});

test("earlier, later and longer by buttons and keys, and live again past now", async ({ page }) => {
  await page.goto(`${droplens.server.url}/flows`);
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Earlier" }).click();
  await expect(page).toHaveURL(/from=/);
  await page.keyboard.press("]");
  await expect(page).not.toHaveURL(/from=/);
  await expect(page.getByLabel("Stream")).toContainText("Live");
  await page.keyboard.press("-");
  await expect(page).toHaveURL(/range=3h/);
  await expect(rows(page).filter({ hasText: "beside" })).toBeVisible();
});

test("thirty days are as good a live range as five minutes", async ({ page }) => {
  await page.goto(`${droplens.server.url}/flows?range=30d`);
  await expect(rows(page)).toHaveCount(4);
  for (const flow of dnsQuestion()) droplens.relay.emit(flow);
  await expect(rows(page)).toHaveCount(5);
});

test("time without a source is drawn as a gap, in the past as live", async ({ page }) => {
  test.setTimeout(120_000);
  await droplens.server.end("SIGTERM");
  const awayMs = Date.now();
  await droplens.server.restart();
  const time = (ms: number) => new Date(ms).toISOString();
  const span = `from=${time(awayMs - 60_000)}&to=${time(awayMs + 60_000)}`;
  // Told as soon as the source is known to be there again.
  await until(async () => {
    const answer = await fetch(`${droplens.server.url}/api/groups?${span}`);
    return (await answer.json()).coverage.gaps.length > 0;
  }, 60_000);
  await page.goto(`${droplens.server.url}/flows?${span}`);
  await expect(page.getByLabel("Timeline")).toContainText(/away \d\d:\d\d|no data \d\d:\d\d/);
  await expect(page.locator(".gap-ground").first()).toBeVisible();
});
