import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { droplensForThisFile } from "./droplens";
import { ago, dnsQuestion, synFrom } from "./packets";

const droplens = droplensForThisFile();

test.beforeAll(async () => {
  const verdict = {
    egress_denied_by: [METADATA_POLICY],
    policy_log: ["ccnp_egress_denied_azure_imds"],
  };
  const flows = [
    ...dnsQuestion(ago(60_000)),
    ...synFrom("storefront", 41_000, ago(50_000)),
    ...metadataPacket(ago(40_000), 42_000, verdict),
  ];
  for (const flow of flows) droplens.relay.emit(flow);
});

test("everything is reached by keyboard alone", async ({ page }) => {
  await page.goto(droplens.server.url);
  // The first row is the head.
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.locator("[role=row]:focus")).toHaveCount(1);
  const first = await page.locator("[role=row]:focus").getAttribute("id");
  await page.keyboard.press("j");
  await expect(page.locator("[role=row]:focus")).not.toHaveAttribute("id", first ?? "");
  await page.keyboard.press("k");
  await expect(page.locator("[role=row]:focus")).toHaveAttribute("id", first ?? "");

  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Group details" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("complementary", { name: "Group details" })).toHaveCount(0);
  await expect(page.locator("[role=row]:focus")).toHaveAttribute("id", first ?? "");

  await page.keyboard.press("l");
  await expect(page.getByRole("button", { name: "Pause" })).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("l");

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.keyboard.press("/");
  await page.keyboard.type("ns:shop l j ?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=ns:shop/);
});

test("the values of a row have their menu by keyboard", async ({ page }) => {
  for (const screen of ["/", "/flows"]) {
    await page.goto(`${droplens.server.url}${screen}`);
    await expect(page.getByRole("row").nth(1)).toBeVisible();
    await page.keyboard.press("j");
    const row = page.locator("[role=row]:focus");
    await expect(row).toHaveCount(1);
    const id = await row.getAttribute("id");
    await page.keyboard.press("m");
    const which = page.getByRole("menu", { name: "Values of the row" });
    await expect(which.getByRole("menuitem").first()).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(which).toHaveCount(0);
    await expect(row).toHaveAttribute("id", id ?? "");

    await page.keyboard.press("m");
    const port = which.getByRole("menuitem", { name: /^port / });
    const names = await which.getByRole("menuitem").allTextContents();
    const value = (await port.textContent())?.replace("port ", "") ?? "";
    for (const _ of names.slice(0, names.indexOf(`port ${value}`))) {
      await page.keyboard.press("ArrowDown");
    }
    await expect(port).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menu", { name: `port ${value}` })).toBeVisible();
    await page.keyboard.press("o");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`q=port:${value}`));
  }
});

for (const theme of ["light", "dark"] as const) {
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    test(`axe finds nothing to complain of: ${theme}, ${size.width} wide`, async ({ page }) => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      const check = async () => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`),
        ).toEqual([]);
      };
      await page.goto(droplens.server.url);
      await expect(page.getByText("azure-imds-deny").first()).toBeVisible();
      await check();
      await page
        .getByRole("row")
        .filter({ hasText: "azure-imds-deny" })
        .locator(".cell-count")
        .click();
      await expect(page.getByRole("complementary", { name: "Group details" })).toContainText(
        "bpf_lxc.c",
      );
      await check();
      await page.goto(`${droplens.server.url}/?q=ns:nowhere`);
      await expect(page.getByRole("heading", { name: /No group matches/ })).toBeVisible();
      await check();
    });
  }
}

test("a narrow screen shows the same without scrolling sideways", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(droplens.server.url);
  await expect(page.getByText("azure-imds-deny").first()).toBeVisible();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await page.getByText("azure-imds-deny").first().click();
  await expect(page.getByRole("complementary", { name: "Group details" })).toBeVisible();
  await page.goBack();
  await expect(page.getByText("azure-imds-deny").first()).toBeVisible();
});
