import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { messageToJson } from "@/lib/hubble/write-json";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { droplensForThisFile } from "./droplens";
import { until } from "./droplens-server";
import { dnsQuestion, synFrom } from "./packets";

const droplens = droplensForThisFile();

const BEGIN = Date.UTC(2026, 2, 14, 9);
const at = (seconds: number) => new Date(BEGIN + seconds * 1_000).toISOString();

/** Three groups of the last spring: packets of two flows each. */
function captureText(storefronts = 4): string {
  const verdict = { egress_denied_by: [METADATA_POLICY], policy_log: ["imds_blocked"] };
  const packets = [
    metadataPacket(at(0), 42_000, verdict),
    metadataPacket(at(5), 42_001, verdict),
    dnsQuestion(at(30)),
    ...Array.from({ length: storefronts }, (_, n) => synFrom("storefront", 41_000 + n, at(60 + n))),
  ];
  return packets
    .flat()
    .map((flow) => `${JSON.stringify({ flow: messageToJson("flow.Flow", flow) })}\n`)
    .join("");
}

type Content = { name: string; content: string | Buffer };

async function choose(page: Page, { name, content }: Content): Promise<void> {
  const buffer = Buffer.from(content);
  await page.getByLabel("Capture file").setInputFiles({ name, mimeType: "text/plain", buffer });
}

async function openByButton(page: Page, file: Content, path = "/"): Promise<void> {
  await page.goto(`${droplens.server.url}${path}`);
  await page.getByRole("button", { name: "Open a capture" }).click();
  await choose(page, file);
}

/** As a browser tells it when a file is let go over the page. */
async function drop(page: Page, { name, content }: Content): Promise<void> {
  const bytes = Buffer.from(content).toString("base64");
  const dataTransfer = await page.evaluateHandle(
    ([fileName, base64]) => {
      const transfer = new DataTransfer();
      const data = Uint8Array.from(atob(base64 ?? ""), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([data], fileName ?? ""));
      return transfer;
    },
    [name, bytes],
  );
  await page.dispatchEvent("body", "dragenter", { dataTransfer });
  await expect(page.getByText("Drop the file to open it as a capture")).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer });
}

const banner = (page: Page) => page.getByRole("region", { name: "Capture" });
const dialog = (page: Page) => page.getByRole("dialog", { name: "Open a capture" });
const screen = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name });

async function openNow(): Promise<number> {
  const { captures } = await (await fetch(`${droplens.server.url}/api/captures`)).json();
  return captures.length;
}

test.afterEach(async () => {
  const { url } = droplens.server;
  const { captures } = await (await fetch(`${url}/api/captures`)).json();
  const headers = { origin: url };
  for (const { id } of captures) {
    await fetch(`${url}/api/captures/${id}`, { method: "DELETE", headers });
  }
});

test("a file that is dropped on Triage opens in a view of its own, on every screen", async ({
  page,
}) => {
  await page.goto(`${droplens.server.url}/`);
  await expect(page.getByRole("heading", { name: /Nothing dropped/ })).toBeVisible();
  await drop(page, { name: "spring.jsonl", content: captureText() });
  await expect(page).toHaveURL(/\?capture=[0-9a-f]+$/);
  await expect(banner(page)).toContainText("Capture spring.jsonl");
  await expect(banner(page)).toContainText("7 drops from 14 flows");
  await expect(banner(page)).toContainText("2026-03-14 09:00:00 to 2026-03-14 09:01:04");
  await expect(banner(page)).toContainText("Not live data. Temporary");
  await expect(page.getByText("imds_blocked").first()).toBeVisible();
  await expect(page.getByRole("button", { name: /^Pause/ })).toHaveCount(0);

  await page.getByRole("button", { name: "What was read" }).click();
  const account = page.getByRole("dialog", { name: "What was read" });
  await expect(account.getByRole("row", { name: "14 records in 14 lines" })).toBeVisible();
  await expect(account.getByRole("row", { name: "7 drops shown" })).toBeVisible();
  await expect(account.getByRole("row", { name: /^7 second flows/ })).toBeVisible();
  await page.keyboard.press("Escape");

  await screen(page, "Flows").click();
  await expect(page).toHaveURL(/\/flows\?capture=/);
  await expect(page.locator(".drop-line:not(.drops-head)")).toHaveCount(7);
  await page.locator(".drop-line:not(.drops-head)").first().click();
  await expect(page.getByRole("complementary", { name: "Drop details" })).toContainText(
    "storefront",
  );
  await screen(page, "Graph").click();
  await expect(page).toHaveURL(/\/graph\?capture=/);
  await expect(page.getByText("3 edges")).toBeVisible();

  const live = await (await fetch(`${droplens.server.url}/api/groups?from=0&to=now`)).text();
  expect(live).not.toContain("storefront");
});

test("on the way to a capture the other screens are those of the capture", async ({ page }) => {
  await openByButton(page, { name: "spring.jsonl", content: captureText() });
  await expect(banner(page)).toBeVisible();
  // It is looked for as long as the test likes.
  let found: () => void = () => {};
  const held = new Promise<void>((done) => {
    found = done;
  });
  await page.route("**/api/captures/*", async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await expect(page.getByRole("heading", { name: "Looking for the capture…" })).toBeVisible();
  await expect(screen(page, "Flows")).toHaveAttribute("href", /\?capture=/);
  found();
  await expect(banner(page)).toBeVisible();
});

test("the same query language, facets and range as for live data", async ({ page }) => {
  await openByButton(page, { name: "spring.jsonl", content: captureText() });
  await expect(banner(page)).toBeVisible();
  const url = new URL(page.url());
  await page.goto(`${url.origin}/?${url.searchParams}&q=tag:imds_*`);
  await expect(page.getByText("storefront")).toHaveCount(0);
  await expect(page.getByText("imds_blocked").first()).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Facets" })).toContainText("imds_blocked");
  const narrow = `from=2026-03-14T09:00:00Z&to=2026-03-14T09:00:10Z`;
  await page.goto(`${url.origin}/flows?${url.searchParams}&${narrow}`);
  await expect(page.locator(".drop-line:not(.drops-head)")).toHaveCount(2);
  await page.getByRole("button", { name: "Whole capture" }).click();
  await expect(page.locator(".drop-line:not(.drops-head)")).toHaveCount(7);
});

test("a second tab with its address shows the same; closed, it says that it is gone", async ({
  page,
  context,
}) => {
  await openByButton(page, { name: "spring.jsonl", content: captureText() });
  await expect(banner(page)).toContainText("7 drops");
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(banner(second)).toContainText("7 drops");
  await expect(second.getByText("imds_blocked").first()).toBeVisible();
  await page.getByRole("button", { name: "Close capture" }).click();
  await expect(page).not.toHaveURL(/capture/);
  await expect(page.getByRole("heading", { name: /Nothing dropped/ })).toBeVisible();
  await second.reload();
  await expect(second.getByRole("heading", { name: "This capture cannot be shown" })).toBeVisible();
  await expect(second.getByText(/not open any more/)).toBeVisible();
  await second.getByRole("link", { name: "Back to live data" }).click();
  await expect(second).not.toHaveURL(/capture/);
});

test("a packed file opens as well, from the keyboard, and on Flows", async ({ page }) => {
  await page.goto(`${droplens.server.url}/flows`);
  await expect(page.getByRole("heading", { name: /Nothing dropped/ })).toBeVisible();
  await page.keyboard.press("c");
  await expect(dialog(page)).toContainText("hubble observe -o json");
  await choose(page, { name: "spring.jsonl.gz", content: gzipSync(captureText()) });
  await expect(page).toHaveURL(/\/flows\?capture=/);
  await expect(page.locator(".drop-line:not(.drops-head)")).toHaveCount(7);
});

test("a wrong file is told what it is, and leaves nothing behind", async ({ page }) => {
  const compact =
    "Mar 14 09:00:00.000: shop/web:41000 (ID:1) -> world:443 (ID:2) policy-verdict:none EGRESS DENIED (TCP Flags: SYN)\n";
  await openByButton(page, { name: "observe.txt", content: compact });
  const refusal = dialog(page).getByRole("alert");
  await expect(refusal).toContainText("observe.txt could not be opened");
  await expect(refusal).toContainText("This is “-o compact” text");
  await expect(refusal).toContainText("Line 1, not a JSON object");
  await choose(page, { name: "archive.zip", content: Buffer.from("504b0304000000", "hex") });
  await expect(refusal).toContainText("This is a zip archive");
  await choose(page, { name: "empty.jsonl", content: "" });
  await expect(refusal).toContainText("The file is empty");
  await expect(page).not.toHaveURL(/capture/);
  await until(async () => (await openNow()) === 0);
});

test("lines that cannot be read are counted, and the first are shown", async ({ page }) => {
  const content = `{broken\n${captureText()}oops\n`;
  await openByButton(page, { name: "spring.jsonl", content });
  await expect(banner(page)).toContainText("7 drops from 14 flows, 2 lines not read");
  await page.getByRole("button", { name: "What was read" }).click();
  const account = page.getByRole("dialog", { name: "What was read" });
  await expect(account).toContainText("Line 1, not a JSON object");
  await expect(account).toContainText("{broken");
});

test("a large file shows how far it is, and can be called off", async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let parts = 0;
  await page.route("**/api/captures/*/bytes?**", async (route) => {
    parts += 1;
    if (parts > 2) await held;
    await route.continue().catch(() => {});
  });
  const content = captureText(4_000);
  await openByButton(page, { name: "large.jsonl", content });
  const progress = dialog(page).getByRole("progressbar");
  await expect(progress).toHaveAttribute("value", String(2 * 960 * 1024));
  await expect(dialog(page)).toContainText(/2\.0 MB of \d+(\.\d)? MB · [\d,.]+k? lines/);
  await dialog(page).getByRole("button", { name: "Cancel" }).click();
  await expect(progress).toHaveCount(0);
  release();
  await until(async () => (await openNow()) === 0);
  await page.unroute("**/api/captures/*/bytes?**");
  await choose(page, { name: "large.jsonl", content });
  await expect(banner(page)).toContainText(/4,003 drops|4\.0k drops/, { timeout: 60_000 });
});

test("the export of a capture, opened again, shows the same groups and counts", async ({
  page,
}) => {
  await openByButton(page, { name: "spring.jsonl", content: captureText() }, "/flows");
  await expect(page.locator(".drop-line:not(.drops-head)")).toHaveCount(7);
  await page.getByRole("button", { name: "Export" }).first().click();
  const panel = page.getByRole("dialog", { name: "Export" });
  await panel.getByRole("radio", { name: /JSON lines/ }).check();
  const download = page.waitForEvent("download");
  await panel.getByRole("button", { name: "Export" }).click();
  const file = await (await download).path();
  const told = async () => {
    const id = new URL(page.url()).searchParams.get("capture");
    const path = `/api/groups?capture=${id}&from=2026-03-14T09:00:00Z&to=2026-03-14T10:00:00Z`;
    const view = await (await fetch(`${droplens.server.url}${path}`)).json();
    return { groups: view.groups, totals: view.totals, timeline: view.timeline };
  };
  const before = await told();
  await page.keyboard.press("Escape");
  await page.goto(`${droplens.server.url}/flows`);
  await page.getByRole("button", { name: "Open a capture" }).click();
  await choose(page, { name: "export.jsonl", content: readFileSync(file) });
  await expect(banner(page)).toContainText("Capture export.jsonl");
  await expect(page.locator(".drop-line:not(.drops-head)")).toHaveCount(7);
  expect(before.groups).toHaveLength(3);
  expect(await told()).toEqual(before);
});

test("who is of another site may open and close nothing", async () => {
  const { url } = droplens.server;
  const body = JSON.stringify({ name: "a", bytes: 5 });
  const headers = { "content-type": "application/json", origin: "https://elsewhere.example" };
  const begun = await fetch(`${url}/api/captures`, { method: "POST", headers, body });
  expect(begun.status).toBe(403);
  expect(await openNow()).toBe(0);
});

for (const colorScheme of ["dark", "light"] as const) {
  test(`reads well for everybody, ${colorScheme}`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    const isClean = async () => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`),
      ).toEqual([]);
    };
    await openByButton(page, { name: "wrong.txt", content: "words\n" });
    await expect(dialog(page).getByRole("alert")).toBeVisible();
    await isClean();
    await choose(page, { name: "spring.jsonl", content: captureText() });
    await expect(banner(page)).toBeVisible();
    await expect(page.getByText("imds_blocked").first()).toBeVisible();
    await isClean();
    await page.getByRole("button", { name: "What was read" }).click();
    await expect(page.getByRole("dialog", { name: "What was read" })).toBeVisible();
    await isClean();
    await page.setViewportSize({ width: 390, height: 844 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    await context.close();
  });
}
