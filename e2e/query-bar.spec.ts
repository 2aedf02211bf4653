import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { droplensForThisFile } from "./droplens";
import { ago, dnsQuestion, synFrom } from "./packets";

const droplens = droplensForThisFile();

const HOSTILE = '<img src=x onerror=window.__hit=1>", \u202edorp';

test.beforeAll(async () => {
  const verdict = { egress_denied_by: [METADATA_POLICY], policy_log: [HOSTILE] };
  const flows = [
    ...dnsQuestion(ago(60_000)),
    ...synFrom("storefront", 41_000, ago(50_000)),
    ...synFrom("checkout", 41_001, ago(45_000)),
    ...metadataPacket(ago(40_000), 42_000, verdict),
  ];
  for (const flow of flows) droplens.relay.emit(flow);
});

function barOf(page: Page) {
  const chips = page.getByRole("group", { name: "Terms of the query" });
  return {
    input: page.getByRole("combobox", { name: "Query" }),
    list: page.getByRole("listbox", { name: "Suggestions" }),
    option: (name: string | RegExp) =>
      page.getByRole("listbox", { name: "Suggestions" }).getByRole("option", { name }),
    /** The terms that stand as chips, in their order. */
    chips: chips.locator(".chip-text"),
  };
}

/** Waits until the page is there to be typed into. */
async function open(page: Page, search = "") {
  await page.goto(`${droplens.server.url}/${search}`);
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
  await expect(page.locator("[role=row][id^=group-]").first()).toBeVisible();
  return barOf(page);
}

function queryOf(page: Page): string | null {
  return new URL(page.url()).searchParams.get("q");
}

const axeViolations = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
};

test("a query is written with completion of its field and its value, and applied", async ({
  page,
}) => {
  const { input, option, list, chips } = await open(page);
  await page.keyboard.press("/");
  await expect(input).toBeFocused();
  await input.pressSequentially("src.wor");
  await expect(option(/^src\.workload:/)).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(input).toHaveValue("src.workload:");

  // The values of the range, with their attempts.
  await expect(option(/^shop\/storefront 1 attempt$/)).toBeVisible();
  await input.pressSequentially("check");
  await expect(option(/storefront/)).toHaveCount(0);
  await expect(option(/^shop\/checkout/)).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(option(/^shop\/checkout/)).toHaveAttribute("aria-selected", "true");
  const active = await input.getAttribute("aria-activedescendant");
  await expect(option(/^shop\/checkout/)).toHaveAttribute("id", active ?? "");
  await page.keyboard.press("Enter");
  await expect(input).toHaveValue("src.workload:shop/checkout");

  // Another value, then another term.
  await input.pressSequentially(",store");
  await expect(option(/^shop\/storefront/)).toBeVisible();
  await page.keyboard.press("Tab");
  await input.pressSequentially(" verdict:dro");
  await expect(option(/^DROPPED/)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  expect(queryOf(page)).toBeNull();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=/);
  expect(queryOf(page)).toBe("src.workload:shop/checkout,shop/storefront verdict:DROPPED");
  await expect(chips).toHaveText(["src.workload:shop/checkout,shop/storefront", "verdict:DROPPED"]);
  await expect(list).toHaveCount(0);
});

test("values are counted under the other terms of the query", async ({ page }) => {
  const { input, option } = await open(page, "?q=src.ns:shop");
  await input.click();
  await input.pressSequentially("port:");
  await expect(option(/^5432 2 attempts$/)).toBeVisible();
  await expect(option(/^53 /)).toHaveCount(0);
});

test("chips are reached, edited, negated, copied and removed by keyboard", async ({ page }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const { input, option, chips } = await open(page, "?q=src.ns:shop+-port:53+proto:TCP");
  await page.keyboard.press("/");
  await page.keyboard.press("Backspace");
  await expect(chips.nth(2)).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(chips.nth(1)).toBeFocused();

  await page.keyboard.press("-");
  await expect(chips.nth(1)).toHaveText("port:53");
  await expect(page).toHaveURL(/q=src\.ns:shop\+port:53\+proto:TCP/);
  await page.keyboard.press("Control+c");
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("port:53");

  await page.keyboard.press("Enter");
  await expect(input).toBeFocused();
  await expect(input).toHaveValue("port:53");
  await expect(chips).toHaveText(["src.ns:shop", "proto:TCP"]);
  // Its value is selected: what is typed takes its place, in the middle of the query.
  await input.pressSequentially("5432");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=src\.ns:shop\+port:5432\+proto:TCP/);
  await expect(chips).toHaveText(["src.ns:shop", "port:5432", "proto:TCP"]);

  await chips.nth(0).focus();
  await page.keyboard.press("Delete");
  await expect(chips).toHaveText(["port:5432", "proto:TCP"]);
  await expect(chips.nth(0)).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await expect(chips).toHaveText(["port:5432"]);
  await expect(page).toHaveURL(/q=port:5432$/);

  // The same by pointer, in the list of an open chip.
  await chips.nth(0).click();
  await option(/^Negate/).click();
  await expect(page).toHaveURL(/q=-port:5432$/);
  await chips.nth(0).click({ modifiers: ["Alt"] });
  await expect(page).toHaveURL(/q=port:5432$/);
  await page.getByRole("button", { name: "Remove port:5432" }).click();
  await expect(page).toHaveURL(droplens.server.url);
});

test("what cannot be understood is said at its place, mended by a key, and never applied", async ({
  page,
}) => {
  const { input, option, chips } = await open(page, "?q=src.ns:shop");
  await page.keyboard.press("/");
  await input.pressSequentially("colour:red");
  await page.keyboard.press("Enter");
  const problem = page.locator("#query-error");
  await expect(problem).toContainText("At character 1");
  await expect(input).toHaveAttribute("aria-invalid", "true");
  expect(queryOf(page)).toBe("src.ns:shop");

  // Leaving keeps the text, and still applies nothing.
  await page.getByText("Attempts per minute").click();
  await expect(problem).toBeVisible();
  expect(queryOf(page)).toBe("src.ns:shop");

  await input.fill("verdict:DROPED");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await expect(page.locator("#query-error")).toContainText("Did you mean DROPPED?");
  await expect(option(/^verdict:DROPPED/)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(input).toHaveValue("verdict:DROPPED");
  await expect(page.locator("#query-error")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(chips).toHaveText(["src.ns:shop", "verdict:DROPPED"]);

  // A link with a wrong query shows it as text, with the way out of it.
  await page.goto(`${droplens.server.url}/?q=namespace:shop`);
  await page.getByRole("button", { name: "Use ns:shop" }).click();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=ns:shop$/);
});

test("Escape closes the list, then gives up the edit; back brings the query before", async ({
  page,
}) => {
  const { input, list, chips } = await open(page, "?q=src.ns:shop");
  await page.keyboard.press("/");
  await input.pressSequentially("port:5432");
  await expect(list).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(list).toHaveCount(0);
  await expect(input).toHaveValue("port:5432");
  await page.keyboard.press("Escape");
  await expect(input).not.toBeFocused();
  await expect(input).toHaveValue("");
  expect(queryOf(page)).toBe("src.ns:shop");

  await page.keyboard.press("/");
  await input.pressSequentially("port:5432");
  await page.keyboard.press("Enter");
  await expect(chips).toHaveText(["src.ns:shop", "port:5432"]);
  await page.goBack();
  await expect(chips).toHaveText(["src.ns:shop"]);
  await page.goForward();
  await expect(chips).toHaveText(["src.ns:shop", "port:5432"]);
});

test("recent queries are there after a reload, newest first, and can be forgotten", async ({
  page,
}) => {
  const first = await open(page);
  for (const q of ["port:53", "src.ns:shop"]) {
    await page.keyboard.press("/");
    await page.keyboard.press("Control+a");
    await first.input.fill(q);
    await page.keyboard.press("Enter");
    await expect(first.chips.last()).toHaveText(q);
    await first.chips.last().focus();
    await page.keyboard.press("Delete");
    await expect(first.chips).toHaveCount(0);
  }
  // Another version, or another hand, may have written there.
  await page.evaluate(() => {
    const key = "droplens.recent-queries";
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    const foreign = ["colour:red", 7, "port:<img>"];
    localStorage.setItem(key, JSON.stringify([...foreign, ...(Array.isArray(kept) ? kept : [])]));
  });
  const { input, list, chips } = await open(page);
  await page.keyboard.press("/");
  const recent = list.getByRole("group", { name: "Recent queries" }).getByRole("option");
  await expect(recent).toHaveText(["src.ns:shop", "port:53", "Forget all recent queries"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+Delete");
  await expect(recent).toHaveText(["src.ns:shop", "Forget all recent queries"]);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(chips).toHaveText(["src.ns:shop"]);
  await chips.first().focus();
  await page.keyboard.press("Delete");
  await input.focus();
  await recent.last().click();
  await expect(list.getByRole("group", { name: "Fields" })).toBeVisible();
  await expect(recent).toHaveCount(0);
});

test("a hostile value is offered as text and stands in the query as itself", async ({ page }) => {
  const { input, option } = await open(page);
  await page.keyboard.press("/");
  await input.pressSequentially("tag:");
  const hostile = option(/^<img src=x onerror/);
  await expect(hostile).toContainText("\\u202Edorp");
  await hostile.click();
  await expect(input).toHaveValue(
    /^tag:"<img src=x onerror=window\.__hit=1>\\", \\u\{202e\}dorp"$/,
  );
  await page.keyboard.press("Enter");
  await expect(page.locator("[role=row][id^=group-]")).toHaveCount(1);
  await expect(page.getByText("azure-imds-deny").first()).toBeVisible();
  const seen = await page.evaluate(() => ({
    hit: Reflect.get(window, "__hit") as unknown,
    images: document.querySelectorAll("img").length,
  }));
  expect(seen).toEqual({ hit: undefined, images: 0 });
});

test("filters of Hubble that are pasted are offered to be translated; lines become one", async ({
  page,
}) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const { input, option } = await open(page);
  const paste = async (text: string) => {
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await input.focus();
    await page.keyboard.press("Control+v");
  };
  await paste("src.ns:shop\nport:53\n");
  await expect(input).toHaveValue("src.ns:shop port:53");
  await input.fill("");
  await paste("hubble observe --verdict DROPPED \\\n  --from-namespace shop");
  await expect(option("Translate this from Hubble")).toHaveAttribute("aria-selected", "true");
  await expect(input).toHaveValue("");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "From Hubble" })).toBeVisible();
});

for (const theme of ["light", "dark"] as const) {
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    test(`the open list is accessible and on the screen: ${theme}, ${size.width} wide`, async ({
      page,
    }) => {
      // Three readings by axe.
      test.slow();
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      const { input, list, option } = await open(page, "?q=src.ns:shop+-port:53");
      await input.click();
      await expect(list).toBeVisible();
      expect(await axeViolations(page)).toEqual([]);
      await input.pressSequentially("dst.ns:");
      await expect(option(/attempt/).first()).toBeVisible();
      await page.keyboard.press("ArrowDown");
      expect(await axeViolations(page)).toEqual([]);
      const box = await list.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(size.width);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(sideways).toBeLessThanOrEqual(0);
      if (size.width < 900) {
        const height =
          (
            await option(/attempt/)
              .first()
              .boundingBox()
          )?.height ?? 0;
        expect(height).toBeGreaterThanOrEqual(44);
      }
      await input.fill("port:x");
      await page.keyboard.press("Enter");
      await expect(page.locator("#query-error")).toBeVisible();
      expect(await axeViolations(page)).toEqual([]);
    });
  }
}
