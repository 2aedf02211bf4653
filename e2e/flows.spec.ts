import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { droplensForThisFile } from "./droplens";
import { startDroplens, until } from "./droplens-server";
import { ago, dnsQuestion, synFrom } from "./packets";

const droplens = droplensForThisFile();

test.describe.configure({ mode: "serial" });

const HOUR = 3_600_000;
/** Whole minutes, so that an address says it exactly. */
const LONG_AGO = Math.floor((Date.now() - 5 * HOUR) / 60_000) * 60_000;
const MANY = 1_040;

const rows = (page: Page) => page.locator(".drop-line:not(.drops-head)");
const sheet = (page: Page) => page.getByRole("complementary", { name: "Drop details" });

async function allStored(received: number): Promise<void> {
  await until(async () => {
    const { sources } = await (await fetch(`${droplens.server.url}/api/sources`)).json();
    return sources[0].received >= received && sources[0].in_flight === 0;
  }, 40_000);
}

async function countReceived(): Promise<number> {
  const { sources } = await (await fetch(`${droplens.server.url}/api/sources`)).json();
  return sources[0].received;
}

/** The range of the many drops as the API and the address take it. */
function manyRange(): string {
  const time = (ms: number) => new Date(ms).toISOString().replace(".000Z", "Z");
  return `from=${time(LONG_AGO - 60_000)}&to=${time(LONG_AGO + 60_000)}`;
}

test("a drop appears at the top while one looks", async ({ page }) => {
  await page.goto(`${droplens.server.url}/flows`);
  await expect(page.getByRole("heading", { name: /^Nothing dropped/ })).toBeVisible();
  for (const flow of dnsQuestion()) droplens.relay.emit(flow);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).first()).toContainText("productpage-v1");
  await expect(rows(page).first()).toContainText("default-deny of productpage-v1");
});

test("a list that somebody reads in holds still and says how many are new", async ({ page }) => {
  await page.goto(`${droplens.server.url}/flows`);
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press("j");
  await expect(page.locator("[role=row]:focus")).toHaveCount(1);
  for (let port = 41_000; port < 41_003; port += 1) {
    for (const flow of synFrom("storefront", port)) droplens.relay.emit(flow);
  }
  const pill = page.getByRole("button", { name: "3 new" });
  await expect(pill).toBeVisible();
  await expect(rows(page)).toHaveCount(1);
  await pill.click();
  await expect(rows(page)).toHaveCount(4);
  await expect(rows(page).first()).toContainText("storefront");
});

test("a pause loses nothing: everything between is there after it", async ({ page }) => {
  await page.goto(`${droplens.server.url}/flows?q=src.workload:checkout`);
  await expect(page.getByRole("heading", { name: /^No drop matches/ })).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  // More than the stream tells of at once, so that the rest has to be asked for.
  for (let port = 42_000; port < 42_120; port += 1) {
    for (const flow of synFrom("checkout", port)) droplens.relay.emit(flow);
  }
  await expect(page.getByLabel("Stream")).toContainText("120 waiting");
  await expect(rows(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.locator(".toolbar > b")).toHaveText("120 drops");
  await expect(page.getByLabel("Stream")).toContainText("Live");
});

test("paging through drops of the same times repeats none and skips none", async ({ page }) => {
  test.setTimeout(120_000);
  const before = await countReceived();
  for (let at = 0; at < MANY; at += 1) {
    const time = new Date(LONG_AGO + Math.floor(at / 80)).toISOString();
    for (const flow of synFrom("batch", 43_000 + at, time)) droplens.relay.emit(flow);
  }
  await allStored(before + 2 * MANY);
  await page.goto(`${droplens.server.url}/flows?${manyRange()}`);
  await expect(rows(page).first()).toBeVisible();
  await expect(page.locator(".toolbar > b")).toHaveText("200 of 1,040 drops");

  const seen = new Map<string, string>();
  const end = page.getByText("all 1,040 drops are listed");
  await until(async () => {
    const isEnd = await end.isVisible();
    const { lines, atEnd } = await page.locator(".drops").evaluate((list) => {
      const found = [...list.querySelectorAll(".drop-line:not(.drops-head)")];
      const bottom = list.scrollTop + list.clientHeight;
      list.scrollBy(0, list.clientHeight);
      return {
        lines: found.map((line) => [line.getAttribute("aria-rowindex") ?? "", line.id] as const),
        atEnd: bottom >= list.scrollHeight - 2,
      };
    });
    for (const [line, id] of lines) seen.set(line, id);
    return isEnd && atEnd;
  }, 60_000);
  expect(seen.size).toBe(MANY);
  expect(new Set(seen.values()).size).toBe(MANY);
});

test("columns are chosen and ordered, remembered, and part of the link", async ({
  page,
  browser,
}) => {
  await page.goto(`${droplens.server.url}/flows?${manyRange()}`);
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole("button", { name: "Columns" }).click();
  const menu = page.getByRole("dialog", { name: "Columns" });
  const heads = page.locator(".drops-head [role=columnheader]");
  await menu.getByRole("checkbox", { name: /^Source pod/ }).click();
  await expect(heads.filter({ hasText: "Source pod" })).toHaveCount(1);
  await menu.getByRole("checkbox", { name: /^Tag/ }).click();
  await expect(heads.filter({ hasText: "Tag" })).toHaveCount(0);
  await menu.getByRole("button", { name: "Move To left" }).click();
  const chosen = ["Verdict", "Time", "To", "From", "Proto", "Blocked by", "Reason", "Node"];
  await expect(heads).toHaveText([...chosen, "Source pod"]);
  await expect(rows(page).first()).toContainText("batch-6d5f7c9b8d-x2x4z");
  await expect(page).toHaveURL(/cols=time,dst,src,proto,blocked,reason,node,src\.pod/);
  const link = page.url();

  await page.goto(`${droplens.server.url}/flows?${manyRange()}`);
  await expect(heads).toHaveText([...chosen, "Source pod"]);
  const context = await browser.newContext();
  const colleague = await context.newPage();
  await colleague.goto(link);
  await expect(colleague.locator(".drops-head [role=columnheader]")).toHaveText([
    ...chosen,
    "Source pod",
  ]);
  await context.close();
});

test("a drop's details have both flows, labels, reason and raw JSON, and a link to them lasts", async ({
  page,
}) => {
  const verdict = {
    egress_denied_by: [METADATA_POLICY],
    policy_log: ["ccnp_egress_denied_azure_imds"],
  };
  for (const flow of metadataPacket(ago(2 * HOUR), 44_001, verdict)) droplens.relay.emit(flow);
  await page.goto(`${droplens.server.url}/flows?range=3h&q=ns:payments`);
  await expect(rows(page)).toHaveCount(1);
  await rows(page).first().click();
  await expect(sheet(page)).toContainText("azure-imds-deny");
  await expect(sheet(page)).toContainText("ccnp_egress_denied_azure_imds");
  await expect(sheet(page)).toContainText("bpf_lxc.c:1360");
  await expect(sheet(page)).toContainText("api-6d5f7c9b8d-x2x4z");
  await expect(sheet(page)).toContainText("cidr:169.254.169.254/32");
  await sheet(page).locator("summary", { hasText: "Verdict event" }).click();
  await expect(sheet(page).getByText('"drop_reason_desc": "POLICY_DENY"').first()).toBeVisible();
  await expect(page).toHaveURL(/open=/);
  const uuid = new URL(page.url()).searchParams.get("open") ?? "";

  await page.keyboard.press("Escape");
  await expect(sheet(page)).toHaveCount(0);
  await expect(page.locator("[role=row]:focus")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(sheet(page)).toContainText("azure-imds-deny");

  // Neither in the range that is shown nor anywhere but in the store.
  await page.goto(`${droplens.server.url}/flows?range=5m&open=${uuid}`);
  await expect(sheet(page)).toContainText("azure-imds-deny");
  await page.goto(`${droplens.server.url}/flows?open=no-such-drop`);
  await expect(sheet(page).getByRole("alert")).toContainText("No stored drop has this uuid");
});

test("an exported CSV has every drop of the view, once", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "droplens-export-"));
  await page.goto(`${droplens.server.url}/flows?${manyRange()}`);
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole("button", { name: "Export" }).click();
  const panel = page.getByRole("dialog", { name: "Export" });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    panel.getByRole("button", { name: "Export" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^droplens-\d{8}T\d{6}Z-\d{8}T\d{6}Z\.csv$/);
  const file = join(folder, "export.csv");
  await download.saveAs(file);
  await expect(panel).toContainText("Saved 1,040 lines");
  const [head, ...lines] = readFileSync(file, "utf8").trimEnd().split("\r\n");
  const columns = (head ?? "").split(",");
  expect(columns.slice(0, 3)).toEqual(["time", "verdict", "reason"]);
  const uuids = lines.map((line) => line.split(",")[columns.indexOf("uuid")]);
  expect(uuids).toHaveLength(MANY);
  expect(new Set(uuids).size).toBe(MANY);
  rmSync(folder, { recursive: true });
});

test("exported JSON lines, replayed, show the same groups and counts", async ({ page }) => {
  test.setTimeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "droplens-export-"));
  await page.goto(`${droplens.server.url}/flows?${manyRange()}`);
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole("button", { name: "Export" }).click();
  const panel = page.getByRole("dialog", { name: "Export" });
  await panel.getByRole("radio", { name: /^JSON lines/ }).check();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    panel.getByRole("button", { name: "Export" }).click(),
  ]);
  const file = join(folder, "export.jsonl");
  await download.saveAs(file);
  expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(2 * MANY);

  const replay = await startDroplens({}, ["--replay", file]);
  try {
    const groupsOf = async (url: string) =>
      (await (await fetch(`${url}/api/groups?${manyRange()}`)).json()) as {
        totals: { drops: number; attempts: number };
        groups: { id: string; drops: number; attempts: number }[];
      };
    const before = await groupsOf(droplens.server.url);
    await until(
      async () => (await groupsOf(replay.url)).totals.drops >= before.totals.drops,
      60_000,
    );
    const after = await groupsOf(replay.url);
    const comparable = ({ id, drops, attempts }: (typeof after.groups)[number]) => ({
      id,
      drops,
      attempts,
    });
    expect(after.groups.map(comparable)).toEqual(before.groups.map(comparable));
    expect(after.totals).toEqual(before.totals);
  } finally {
    await replay.dispose();
    rmSync(folder, { recursive: true });
  }
});

test("a wrong format or column is refused in words", async ({ request }) => {
  const refusal = async (search: string) => {
    const answer = await request.get(`${droplens.server.url}/api/export?${search}`);
    expect(answer.status()).toBe(400);
    return (await answer.json()).detail;
  };
  expect(await refusal("format=xml")).toBe('format is "xml": it must be one of csv, jsonl.');
  expect(await refusal("columns=time,colour")).toMatch(/^columns is "colour": it must be some of/);
});

for (const theme of ["light", "dark"] as const) {
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    test(`axe finds nothing to complain of: ${theme}, ${size.width} wide`, async ({ page }) => {
      test.setTimeout(120_000);
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      const check = async () => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`),
        ).toEqual([]);
      };
      await page.goto(`${droplens.server.url}/flows?range=3h&q=ns:payments`);
      await expect(rows(page).first()).toBeVisible();
      await check();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
      await page.getByRole("button", { name: "Export" }).click();
      await check();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^Range:/ }).click();
      await expect(page.getByText(/The oldest drop kept/)).toBeVisible();
      await check();
      await page.keyboard.press("Escape");
      await rows(page).first().click();
      await expect(sheet(page)).toContainText("bpf_lxc.c");
      await check();
    });
  }
}
