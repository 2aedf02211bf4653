import { AxeBuilder } from "@axe-core/playwright";
import { type APIRequestContext, expect, type Page, test } from "@playwright/test";
import type { GraphAnswer } from "@/lib/graph/graph";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { droplensForThisFile } from "./droplens";
import { until } from "./droplens-server";
import { telemetry } from "./expectation-packets";
import { ago, dnsQuestion, synFrom } from "./packets";

const droplens = droplensForThisFile();

test.describe.configure({ timeout: 60_000 });

/** One question to DNS, two SYNs to a database, a denied metadata request, 30 telemetry addresses. */
test.beforeAll(async ({ request }) => {
  const flows = [
    ...dnsQuestion(ago(60_000)),
    ...synFrom("storefront", 41_000, ago(50_000)),
    ...synFrom("checkout", 41_001, ago(49_000)),
    ...metadataPacket(ago(40_000), 42_000, { egress_denied_by: [METADATA_POLICY] }),
    ...Array.from({ length: 30 }, (_, at) => telemetry(at, ago(30_000 - at))).flat(),
  ];
  for (const flow of flows) droplens.relay.emit(flow);
  await until(async () => (await graph(request)).totals.drops === 34);
});

async function graph(request: APIRequestContext, search = ""): Promise<GraphAnswer> {
  return (await request.get(`${droplens.server.url}/api/graph?${search}`)).json();
}

const stage = (page: Page) => page.getByRole("application", { name: /^Graph of/ });
const sheet = (page: Page) => page.getByRole("complementary", { name: "Selection" });

async function open(page: Page, search = ""): Promise<void> {
  await page.goto(`${droplens.server.url}/graph${search}`);
}

async function find(page: Page, text: string): Promise<void> {
  await page.getByRole("combobox", { name: "Find a node" }).fill(text);
  const found = page.getByRole("listbox", { name: "Nodes found" });
  await found.getByRole("option").first().click();
}

test("each level shows the same drops by other nodes", async ({ page, request }) => {
  await open(page);
  const wanted = [
    ["Identities", "", "identity"],
    ["Workloads", "level=workload", "workload"],
    ["Namespaces", "level=namespace", "namespace"],
    ["Clusters", "level=cluster", "cluster"],
  ] as const;
  for (const [name, search, level] of wanted) {
    await page.getByRole("button", { name, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(search));
    const { nodes, edges, totals } = await graph(request, `level=${level}`);
    expect(totals.drops).toBe(34);
    expect(edges.reduce((sum, edge) => sum + edge.drops, 0)).toBe(34);
    await expect(stage(page)).toHaveAttribute(
      "aria-label",
      `Graph of ${nodes.length} nodes and ${edges.length} edges`,
    );
  }
});

test("graph, matrix, table and Triage count the same", async ({ page, request }) => {
  const triage = await (await request.get(`${droplens.server.url}/api/groups`)).json();
  const { drops, attempts } = triage.totals;
  await open(page, "?form=table");
  const foot = page.getByRole("row", { name: /^All \d+ edges/ });
  await expect(foot).toContainText(String(attempts));
  await expect(foot).toContainText(String(drops));
  await page.getByRole("button", { name: "Matrix" }).click();
  await expect(page.locator("[data-total=attempts]")).toHaveText(String(attempts));
  await page.getByRole("button", { name: "Routes" }).click();
  const cells = page.getByRole("region", { name: "Routes" }).locator("tbody td:nth-child(5)");
  await expect(cells.first()).toBeVisible();
  const counts = await cells.allTextContents();
  expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(attempts);
});

test("the table sorts by any column and says how", async ({ page }) => {
  await open(page, "?form=table");
  const head = page.getByRole("columnheader", { name: "From" });
  await head.getByRole("button").click();
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  const sources = page.locator("tbody th");
  await expect(sources.first()).toHaveText("crm/crm-suite");
  await head.getByRole("button").click();
  await expect(sources.first()).toHaveText("shop/storefront");
});

test("a node is found, looked at with what is around it, and left again", async ({ page }) => {
  await open(page);
  await expect(stage(page)).toBeVisible();
  await find(page, "storefr");
  await expect(sheet(page)).toContainText("shop/storefront");
  await sheet(page).getByRole("button", { name: "Show its neighbourhood" }).click();
  await expect(page).toHaveURL(/focus=[0-9a-f]{16}/);
  await expect(stage(page)).toHaveAttribute("aria-label", "Graph of 2 nodes and 1 edges");
  await page
    .getByRole("button", { name: "Also the neighbours" })
    .or(page.getByText("1 step"))
    .click();
  await expect(stage(page)).toHaveAttribute("aria-label", "Graph of 3 nodes and 2 edges");
  await page.getByRole("button", { name: "Show the whole graph" }).first().click();
  await expect(page).not.toHaveURL(/focus=/);
});

test("values have their menu in the table, by keyboard, and in the details", async ({ page }) => {
  await open(page, "?form=table");
  const from = page.getByRole("button", { name: "shop/storefront" }).first();
  await from.focus();
  await page.keyboard.press("m");
  const which = page.getByRole("menu", { name: "Values of the row" });
  await expect(which.getByRole("menuitem", { name: "src.workload shop/storefront" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(from).toBeFocused();

  await page.keyboard.press("Enter");
  await sheet(page).getByRole("button", { name: "Filter by src.workload shop/storefront" }).click();
  await page.getByRole("menuitem", { name: "Exclude" }).click();
  await expect(page).toHaveURL(/q=-src\.workload:shop\/storefront/);
  await expect(page.getByRole("table").getByText("shop/storefront")).toHaveCount(0);
});

test("an edge leads to its group in Triage and narrows the query", async ({ page, request }) => {
  await open(page, "?form=table");
  await page.getByRole("button", { name: "payments/api" }).click();
  await expect(page).toHaveURL(/sel=[0-9a-f]{16}/);
  await expect(sheet(page)).toContainText("payments/api is dropped talking to 169.254.169.254");
  await sheet(page).getByRole("button", { name: "Only this" }).click();
  await expect(page).toHaveURL(/q=src.workload:payments\/api\+dst.ip:169.254.169.254/);
  await expect(page.locator("tbody tr")).toHaveCount(1);
  const q = new URL(page.url()).searchParams.get("q") ?? "";
  expect((await graph(request, `q=${encodeURIComponent(q)}`)).totals.drops).toBe(1);

  await sheet(page).getByRole("link", { name: "Open in Triage" }).click();
  await expect(page.getByRole("complementary", { name: "Group details" })).toContainText(
    "azure-imds-deny",
  );
});

test("the address shows a colleague the same graph and selection", async ({ page, browser }) => {
  await open(page, "?level=workload&form=table");
  await page.getByRole("button", { name: "shop/checkout" }).click();
  await expect(sheet(page)).toContainText("shop/checkout");
  const context = await browser.newContext();
  const colleague = await context.newPage();
  await colleague.goto(page.url());
  await expect(sheet(colleague)).toContainText(
    "shop/checkout is dropped talking to shop/orders-db",
  );
  await expect(colleague.getByRole("button", { name: "Workloads" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await context.close();
});

test("the picture is worked by keyboard alone", async ({ page }) => {
  await open(page);
  await expect(stage(page)).toBeVisible();
  await stage(page).focus();
  const spoken = page.getByLabel("Under the keyboard");
  await expect(spoken).not.toBeEmpty();
  const first = await spoken.textContent();
  await page.keyboard.press("ArrowRight");
  await expect(spoken).not.toHaveText(first ?? "");
  await page.keyboard.press("]");
  await expect(page).toHaveURL(/sel=[0-9a-f]{16}/);
  await expect(sheet(page)).toContainText("is dropped talking to");
  await expect(spoken).toContainText("Unexpected");
  await page.keyboard.press("Escape");
  await expect(sheet(page)).toHaveCount(0);
  await page.keyboard.press("f");
  await expect(page).toHaveURL(/focus=/);
  // The address changes before the picture does, and the keys go by the picture.
  await expect(page.getByRole("button", { name: "Show the whole graph" }).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/focus=/);
});

test("the pointer selects what it is on", async ({ page }) => {
  await open(page);
  await expect(stage(page)).toBeVisible();
  await find(page, "orders-db");
  // What was found is in the middle of the picture.
  await expect(sheet(page)).toContainText("shop/orders-db");
  await sheet(page).getByRole("button", { name: "Clear the selection" }).click();
  await find(page, "orders-db");
  await expect(sheet(page)).toBeVisible();
  await page.getByRole("button", { name: "Fit" }).click();
  await page.getByRole("button", { name: "Zoom in" }).click();
  const box = await stage(page).boundingBox();
  await page.mouse.move((box?.x ?? 0) + 4, (box?.y ?? 0) + (box?.height ?? 0) - 4);
  await page.mouse.click((box?.x ?? 0) + 4, (box?.y ?? 0) + (box?.height ?? 0) - 4);
  await expect(sheet(page)).toHaveCount(0);
});

test("the range is replayed in steps", async ({ page }) => {
  await open(page);
  const slider = page.getByRole("slider", { name: "Step of the range" });
  await expect(slider).toHaveAttribute("aria-valuetext", "whole range");
  await slider.focus();
  await page.keyboard.press("End");
  await expect(page).toHaveURL(/at=23/);
  await expect(slider).toHaveAttribute("aria-valuetext", /attempt/);
  await page.getByRole("button", { name: "Whole range" }).click();
  await expect(page).not.toHaveURL(/at=/);
});

test("the graph is taken away as picture and as text", async ({ page }) => {
  await open(page);
  await expect(stage(page)).toBeVisible();
  const take = async (kind: string): Promise<Buffer> => {
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("dialog", { name: "Export" }).getByText(kind, { exact: true }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await download).createReadStream()) {
      chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks);
  };
  const svg = (await take("SVG")).toString();
  expect(svg).toContain("who is dropped talking to whom");
  expect(svg).toContain("storefront");
  expect(svg).toContain("Unexpected");
  expect((await take("PNG")).subarray(1, 4).toString()).toBe("PNG");
  expect((await take("DOT")).toString()).toMatch(/^digraph drops \{/);
  expect(JSON.parse((await take("JSON")).toString()).totals.drops).toBe(34);
});

test("a new drop is drawn while one looks, and nothing that is there moves", async ({ page }) => {
  await open(page);
  await expect(stage(page)).toBeVisible();
  const before = await stage(page).getAttribute("aria-label");
  for (const flow of synFrom("newcomer", 43_000)) droplens.relay.emit(flow);
  await expect(stage(page)).not.toHaveAttribute("aria-label", before ?? "", { timeout: 20_000 });
  await find(page, "newcomer");
  await expect(sheet(page)).toContainText("shop/newcomer");
});

test("an edge is marked expected in two clicks from the graph, and is no longer drawn", async ({
  page,
  request,
}) => {
  await open(page, "?form=table");
  await page
    .getByRole("button", { name: "bookinfo" })
    .or(page.getByRole("button", { name: "default/productpage-v1" }))
    .click();
  await sheet(page).getByRole("button", { name: "Mark expected…" }).click();
  const form = page.getByRole("complementary", { name: "Mark expected" });
  await form.getByLabel(/^Reason/).fill("DNS of the walk-through");
  const name = form.getByLabel(/^Your name/);
  if ((await name.count()) > 0) await name.fill("Ada");
  await expect(form.getByLabel("Preview")).toHaveAttribute("aria-busy", "false");
  await form.getByRole("button", { name: /^Save/ }).click();
  await until(async () => (await graph(request)).totals.states.expected?.drops === 1);
  await page.getByRole("button", { name: "Graph", exact: true }).click();
  const legend = page.getByRole("region", { name: "Legend" });
  const expected = legend.getByRole("button", { name: /^Expected/ });
  await expect(expected).toHaveAttribute("aria-pressed", "false");
  const hidden = await stage(page).getAttribute("aria-label");
  await expected.click();
  await expect(stage(page)).not.toHaveAttribute("aria-label", hidden ?? "");
});

test("what is too much is folded into counted nodes, and unfolded", async ({ page, request }) => {
  for (let at = 0; at < 14; at++) {
    for (const flow of synFrom(`team-${at}`, 44_000 + at)) droplens.relay.emit(flow);
  }
  await until(async () => (await graph(request)).edges.length >= 22);
  const { edges } = await graph(request);
  await open(page, "?hide=none");
  await expect(stage(page)).toBeVisible();
  await expect(stage(page)).not.toHaveAttribute(
    "aria-label",
    new RegExp(`and ${edges.length} edges`),
  );
  await expect(page.getByText(/^\d+ more nodes?$/)).toBeVisible();
  await page.getByRole("button", { name: /^Draw up to/ }).click();
  await expect(stage(page)).toHaveAttribute("aria-label", new RegExp(`and ${edges.length} edges`));
  await expect(page.getByText(/^\d+ more nodes?$/)).toHaveCount(0);

  // A box is folded into one node, and its edges into one for each end and direction.
  await find(page, "team-3");
  await sheet(page).getByRole("button", { name: "Fold its box" }).click();
  await expect(page).toHaveURL(/fold=[0-9a-f]{16}/);
  await expect(stage(page)).not.toHaveAttribute(
    "aria-label",
    new RegExp(`and ${edges.length} edges`),
  );
  await sheet(page).getByRole("button", { name: "Unfold its box" }).click();
  await expect(stage(page)).toHaveAttribute("aria-label", new RegExp(`and ${edges.length} edges`));
});

test("nothing, everything filtered and what is not understood have words", async ({ page }) => {
  await open(page, "?q=ns:nowhere");
  await expect(page.getByRole("heading", { name: /No group matches this query/ })).toBeVisible();
  await open(page, "?q=verdict:DROPED");
  await expect(page.getByRole("heading", { name: /cannot be understood/ })).toBeVisible();
  await open(page, "?sel=0123456789abcdef&level=pod");
  await expect(sheet(page)).toContainText("has no drops in this range");
  await expect(page.getByText("level must be identity")).toBeVisible();
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test(`nothing for axe to complain of, ${theme}, ${width} px`, async ({ browser }) => {
      const context = await browser.newContext({
        colorScheme: theme,
        viewport: { width, height: 844 },
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      for (const form of ["graph", "matrix", "table", "sankey"]) {
        await open(page, `?form=${form}`);
        await expect(page.getByRole("region", { name: "Legend" })).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [form, id, nodes[0]?.html])).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(overflow).toBeLessThanOrEqual(width);
      }
      await context.close();
    });
  }
}
