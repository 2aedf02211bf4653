import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { columnTitles } from "@/components/triage/grouping-text";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { droplensForThisFile } from "./droplens";
import { ago, dnsQuestion, synFrom } from "./packets";

const droplens = droplensForThisFile();

// Several browsers and several axe runs in one test.
test.describe.configure({ timeout: 120_000 });

test.beforeAll(async () => {
  const verdict = {
    egress_denied_by: [METADATA_POLICY],
    policy_log: ["ccnp_egress_denied_azure_imds"],
  };
  const flows = [
    ...dnsQuestion(ago(60_000)),
    ...dnsQuestion(ago(55_000)),
    ...synFrom("storefront", 41_000, ago(50_000)),
    ...metadataPacket(ago(40_000), 42_000, verdict),
  ];
  for (const flow of flows) droplens.relay.emit(flow);
});

const rows = (page: Page) => page.locator("[role=row][id^=group-]");
const rail = (page: Page) => page.getByRole("complementary", { name: "Facets" });
const facet = (page: Page, name: string) => rail(page).getByRole("region", { name, exact: true });
const value = (page: Page, field: string, text: RegExp) =>
  facet(page, field).getByRole("button", { name: text });

async function openAll(page: Page, search = "") {
  await page.goto(`${droplens.server.url}/${search}`);
  await expect(rows(page)).toHaveCount(3);
  await expect(value(page, "Verdict", /^DROPPED/)).toBeVisible();
}

async function checkAxe(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`),
  ).toEqual([]);
}

test("a click includes a value, what comes to nothing stays with its zero, a click takes it back", async ({
  page,
}) => {
  await openAll(page);
  await value(page, "Tag", /^ccnp_egress_denied_azure_imds/).click();
  await expect(page).toHaveURL(/q=tag:ccnp_egress_denied_azure_imds/);
  await expect(rows(page)).toHaveCount(1);
  const included = value(page, "Tag", /azure_imds 1 attempts, included/);
  await expect(included).toHaveAttribute("aria-pressed", "true");

  const zero = value(page, "From namespace", /^shop 0 attempts/);
  await expect(zero).toBeVisible();
  await expect(zero).toHaveCSS("color", await colourOf(page, "--text-3"));

  await included.click();
  await expect(rows(page)).toHaveCount(3);
  await page.goBack();
  await expect(rows(page)).toHaveCount(1);
});

test("Alt and a click exclude, and the buttons do the same", async ({ page }) => {
  await openAll(page);
  await value(page, "From namespace", /^shop/).click({ modifiers: ["Alt"] });
  await expect(page).toHaveURL(/q=-src.ns:shop/);
  await expect(rows(page)).toHaveCount(2);
  await expect(value(page, "From namespace", /^shop 1 attempts, excluded/)).toBeVisible();

  await facet(page, "From namespace").getByRole("button", { name: "Only shop" }).click();
  await expect(page).toHaveURL(/q=src.ns:shop$/);
  await expect(rows(page)).toHaveCount(1);
  await facet(page, "From namespace").getByRole("button", { name: "Not shop" }).click();
  await expect(page).toHaveURL(/q=-src.ns:shop/);
});

test("the keyboard goes from value to value, includes with Enter and excludes with Alt", async ({
  page,
}) => {
  await openAll(page);
  await value(page, "Attribution", /^default-deny/).focus();
  await page.keyboard.press("ArrowDown");
  await expect(value(page, "Attribution", /^policy/)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=attribution:policy/);
  await expect(page.locator("[data-announcement]")).toHaveText(/Included attribution policy/);
  await page.keyboard.press("Alt+Enter");
  await expect(page).toHaveURL(/q=-attribution:policy/);
  await expect(rows(page)).toHaveCount(2);
});

test("the counts of a facet add up to the groups beside it", async ({ page }) => {
  await openAll(page);
  const counts = await facet(page, "Attribution").locator(".facet-count").allTextContents();
  const total = await page.locator(".figure.is-unexpected .figure-count").textContent();
  const sum = counts.reduce((all, count) => all + Number(count), 0);
  expect(String(sum)).toBe((total ?? "").replace("≥", ""));
});

test("the list is put away and stays so, and a section too", async ({ page }) => {
  await openAll(page);
  await facet(page, "Reason").getByRole("button", { name: "Reason" }).click();
  await expect(value(page, "Reason", /Policy denied/)).toHaveCount(0);
  await page.getByRole("button", { name: "Hide facets" }).click();
  await expect(rail(page)).toHaveCount(0);
  await page.reload();
  await expect(rows(page)).toHaveCount(3);
  await expect(rail(page)).toHaveCount(0);
  await page.keyboard.press("f");
  await expect(rail(page)).toBeVisible();
  await expect(value(page, "Reason", /Policy denied/)).toHaveCount(0);
});

test("on a narrow screen the facets are a page of their own", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(droplens.server.url);
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole("button", { name: "Facets" }).click();
  await value(page, "Tag", /^ccnp_egress_denied_azure_imds/).click();
  await page.getByRole("button", { name: "Hide facets" }).click();
  await expect(rows(page)).toHaveCount(1);
});

test("every value of a row and of the details has a menu", async ({ page }) => {
  await openAll(page);
  const menu = page.getByRole("menu");
  await rows(page).getByText("storefront").first().click({ button: "right" });
  await expect(menu).toHaveAccessibleName("src.workload storefront");
  await expect(menu.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=-src.workload:shop\/storefront/);
  await expect(rows(page)).toHaveCount(2);
  // The row was not opened by it, and is by a plain click.
  await expect(page).not.toHaveURL(/open=/);
  await rows(page).filter({ hasText: "azure-imds-deny" }).click();
  const sheet = page.getByRole("complementary", { name: "Group details" });
  await sheet.getByRole("button", { name: "Filter by reason Policy denied by denylist" }).click();
  await menu.getByRole("menuitem", { name: "Only this" }).click();
  await expect(page).toHaveURL(/reason:POLICY_DENY/);
  await expect(rows(page)).toHaveCount(1);
  await sheet
    .getByRole("button", { name: /^Filter by src\.ip/ })
    .first()
    .press("Enter");
  await expect(menu).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
  await expect(sheet).toBeVisible();
});

const BY = [
  ["tag", /ccnp_egress_denied_azure_imds/],
  ["source", /default\/productpage-v1/],
  ["destination", /kube-system\/coredns/],
  ["pair", /default\/productpage-v1 ?→ ?kube-system\/coredns/],
  ["reason", /Policy denied by denylist/],
  ["namespace", /payments/],
] as const;

for (const [by, text] of BY) {
  test(`rows stand for each ${by}, and a link opens the same in a fresh browser`, async ({
    page,
    browser,
  }) => {
    await openAll(page);
    await page.getByLabel("Group by").selectOption(by);
    await expect(page).toHaveURL(new RegExp(`by=${by}`));
    await expect(page.getByRole("columnheader").nth(1)).toHaveText(columnTitles(by).who);
    const row = rows(page).filter({ hasText: text }).first();
    await expect(row).toBeVisible();
    await row.click();
    await expect(page).toHaveURL(/open=/);
    const sheet = page.getByRole("complementary", { name: "Group details" });
    await expect(sheet).toContainText("This drop");
    const shown = await rows(page).locator(".cell-who .first").allTextContents();

    const context = await browser.newContext();
    const colleague = await context.newPage();
    await colleague.goto(page.url());
    await expect(colleague.getByRole("complementary", { name: "Group details" })).toContainText(
      "This drop",
    );
    await expect(rows(colleague).locator(".cell-who .first")).toHaveText(shown);
    await context.close();

    await page.getByLabel("Group by").selectOption("policy");
    await expect(sheet).toHaveCount(0);
    await expect(rows(page)).toHaveCount(3);
    await page.goBack();
    await expect(sheet).toBeVisible();
  });
}

test("a live view is shared as the times shown, or as a link that stays live", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openAll(page, "?by=source&range=6h");
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await page.keyboard.press("y");
  await page.getByRole("menuitem", { name: /Copy live link/ }).click();
  await expect.poll(copied).toContain("/?range=6h&by=source");
  await page.getByRole("button", { name: /Link copied|Share/ }).click();
  await page.getByRole("menuitem", { name: /these times/ }).click();
  await expect.poll(copied).toMatch(/\?from=.*Z&to=.*Z&by=source$/);
  await page.goto(await copied());
  await expect(rows(page)).toHaveCount(3);
  await expect(page.getByRole("button", { name: "Back to live" })).toBeVisible();
});

for (const theme of ["light", "dark"] as const) {
  test(`axe finds nothing to complain of with menus open: ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await openAll(page, "?q=-tag:other+src.ns:shop,default,payments");
    await checkAxe(page);
    await rows(page).getByText("storefront").first().click({ button: "right" });
    await expect(page.getByRole("menu")).toBeVisible();
    await checkAxe(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("y");
    await expect(page.getByRole("menu")).toBeVisible();
    await checkAxe(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("v");
    await expect(page.getByRole("dialog", { name: "Saved views" })).toContainText("None yet");
    await checkAxe(page);
  });
}

async function colourOf(page: Page, token: string): Promise<string> {
  return page.evaluate((name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }, token);
}
