import { expect, type Page, test } from "@playwright/test";
import { droplensForThisFile } from "./droplens";
import { ago, dnsQuestion, synFrom } from "./packets";

const droplens = droplensForThisFile();

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  for (const flow of [...dnsQuestion(ago(60_000)), ...synFrom("storefront", 41_000, ago(50_000))]) {
    droplens.relay.emit(flow);
  }
});

const rows = (page: Page) => page.locator("[role=row][id^=group-]");

async function openViews(page: Page, search = "") {
  await page.goto(`${droplens.server.url}/${search}`);
  await expect(rows(page).first()).toBeVisible();
  await page.keyboard.press("v");
  const panel = page.getByRole("dialog", { name: "Saved views" });
  await expect(panel).toBeVisible();
  return panel;
}

test("a view saved by one is opened by another", async ({ page, browser }) => {
  const panel = await openViews(page, "?q=src.ns:shop&by=source");
  await expect(panel).toContainText("None yet");
  await panel.getByLabel("Save this view").fill("Shop, by source");
  await panel.getByLabel(/^Your name/).fill("Ada");
  await panel.getByRole("button", { name: "Save", exact: true }).click();
  await expect(panel.getByRole("link", { name: /Shop, by source/ })).toBeVisible();
  await expect(panel).toContainText("Ada (unverified)");

  const context = await browser.newContext();
  const colleague = await context.newPage();
  const theirs = await openViews(colleague);
  await theirs.getByRole("link", { name: /Shop, by source/ }).click();
  await expect(colleague).toHaveURL(/\?q=src\.ns:shop&by=source$/);
  await expect(rows(colleague)).toHaveCount(1);
  await expect(theirs).not.toBeVisible();
  await colleague.goBack();
  await expect(rows(colleague)).toHaveCount(2);
  await context.close();
});

test("a name that is taken can be given to what is shown now", async ({ page }) => {
  const panel = await openViews(page, "?q=src.ns:default");
  await panel.getByLabel("Save this view").fill("shop, by source");
  await panel.getByRole("button", { name: "Save", exact: true }).click();
  await expect(panel.getByRole("alert")).toContainText("is called “Shop, by source” already");
  await panel.getByRole("button", { name: "Save over it" }).click();
  await expect(panel.getByRole("listitem")).toContainText("src.ns:default");
  await expect(panel.getByRole("alert")).toHaveCount(0);
});

test("of two who change the same view the second is told, and may do it all the same", async ({
  page,
  browser,
}) => {
  const panel = await openViews(page);
  await panel.getByRole("button", { name: /^Rename/ }).click();
  await panel.getByLabel(/^New name of/).fill("Mine");

  const context = await browser.newContext();
  const colleague = await context.newPage();
  const theirs = await openViews(colleague, "?q=port:53");
  await theirs.getByRole("button", { name: /^Update/ }).click();
  await expect(theirs.getByRole("listitem")).toContainText("port:53");
  await context.close();

  await page.keyboard.press("Enter");
  const alert = panel.getByRole("alert");
  await expect(alert).toContainText("Somebody changed it meanwhile");
  await expect(alert).toContainText("port:53");
  await panel.getByRole("button", { name: "Change it all the same" }).click();
  await expect(panel.getByRole("link", { name: /^Mine/ })).toBeVisible();
  await expect(panel.getByRole("listitem")).toContainText("port:53");
});

test("what was deleted can be brought back", async ({ page }) => {
  const panel = await openViews(page);
  await panel.getByRole("button", { name: "Delete Mine" }).click();
  await expect(panel).toContainText("None yet");
  await page.getByRole("button", { name: /^Undo/ }).click();
  await page.reload();
  await openViews(page);
  await expect(panel.getByRole("link", { name: /^Mine/ })).toBeVisible();
});

test("a list that cannot be read says so", async ({ page }) => {
  await page.route("**/api/views", (route) => route.abort());
  const panel = await openViews(page);
  await expect(panel.getByRole("alert")).toContainText("The list could not be read");
  await page.unroute("**/api/views");
  await panel.getByRole("button", { name: "Try again" }).click();
  await expect(panel.getByRole("link", { name: /^Mine/ })).toBeVisible();
});

test("a link to one drop opens it after Hubble has forgotten it", async ({ page }) => {
  await page.goto(droplens.server.url);
  await rows(page).filter({ hasText: "storefront" }).click();
  const sheet = page.getByRole("complementary", { name: "Group details" });
  await sheet.locator(".drops button").first().click();
  await expect(page).toHaveURL(/drop=/);
  const link = page.url();
  await droplens.relay.stop();
  await droplens.server.end("SIGTERM");
  await droplens.server.restart();

  await page.goto(link);
  await expect(sheet).toContainText("storefront-6d5f7c9b8d-x2x4z");
  // Of a range that no longer holds its group, too.
  await page.goto(link.replace("/?", "/?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z&"));
  await expect(sheet.getByRole("alert")).toContainText("no drops in the range");
  await expect(sheet).toContainText("storefront-6d5f7c9b8d-x2x4z");
});
