import { AxeBuilder } from "@axe-core/playwright";
import { type APIRequestContext, expect, type Page, test } from "@playwright/test";
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import { droplensForThisFile } from "./droplens";
import { until } from "./droplens-server";
import { packetTo, TAG, taggedPacket, telemetry } from "./expectation-packets";
import { ago } from "./packets";

const droplens = droplensForThisFile();

test.describe.configure({ mode: "serial", timeout: 180_000 });

const MINUTE_MS = 60_000;

function emit(...packets: readonly [Flow, Flow][]): void {
  for (const flow of packets.flat()) droplens.relay.emit(flow);
}

/** The start of the whole minute so many minutes ago. */
function minuteAgo(minutes: number): number {
  return Math.floor((Date.now() - minutes * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
}

type Totals = { drops: number; unexpected: number; expected: number };

/** Of a query over the last hour; every grouping and the group rows must agree with the totals. */
async function totals(request: APIRequestContext, q = ""): Promise<Totals> {
  const found: Totals[] = [];
  for (const by of ["policy", "source", "destination", "tag"]) {
    const path = `/api/groups?q=${encodeURIComponent(q)}&by=${by}`;
    const answer = await request.get(`${droplens.server.url}${path}`);
    const view = await answer.json();
    const { drops, unexpected, expected, byExpectation } = view.totals;
    expect(drops, `${path}: drops`).toBe(unexpected + expected);
    const groups: { drops: number; expected: number }[] = view.groups;
    expect(sum(groups.map((group) => group.drops))).toBe(drops);
    expect(sum(groups.map((group) => group.expected))).toBe(expected);
    const hidden: { drops: number }[] = byExpectation;
    expect(sum(hidden.map((one) => one.drops))).toBe(expected);
    found.push({ drops, unexpected, expected });
  }
  const [first] = found;
  if (first === undefined) throw new Error("No grouping was asked.");
  for (const other of found) expect(other).toEqual(first);
  return first;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

async function settled(request: APIRequestContext, q: string, wanted: Totals): Promise<void> {
  await until(async () => (await read(request, q)).drops === wanted.drops);
  await expect.poll(() => read(request, q)).toEqual(wanted);
  expect(await totals(request, q)).toEqual(wanted);
}

/** Without the checks of `totals`, which may not hold between two answers. */
async function read(request: APIRequestContext, q: string): Promise<Totals> {
  const path = `/api/groups?q=${encodeURIComponent(q)}`;
  const { drops, unexpected, expected } = (
    await (await request.get(`${droplens.server.url}${path}`)).json()
  ).totals;
  return { drops, unexpected, expected };
}

type Made = { id: string; version: number; query: string; reason: string };

async function listed(request: APIRequestContext): Promise<Made[]> {
  const answer = await request.get(`${droplens.server.url}/api/expectations`);
  return (await answer.json()).expectations;
}

async function byReason(request: APIRequestContext, reason: string): Promise<Made> {
  const found = (await listed(request)).find((one) => one.reason === reason);
  if (found === undefined) throw new Error(`No expectation says ${reason}.`);
  return found;
}

const OWN = () => ({ origin: droplens.server.url, "sec-fetch-site": "same-origin" });

async function change(request: APIRequestContext, id: string, data: object): Promise<void> {
  const { version } = await (await request.get(`${droplens.server.url}/api/expectations/${id}`))
    .json()
    .then((details) => details.expectation);
  const answer = await request.patch(`${droplens.server.url}/api/expectations/${id}`, {
    headers: OWN(),
    data: { version, author: "Ada", ...data },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

const form = (page: Page) => page.getByRole("complementary", { name: "Mark expected" });
const rowOf = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });

/** On its figures: names and values have a menu of their own. */
async function openRow(page: Page, text: string): Promise<void> {
  await rowOf(page, text).locator(".cell-count").click();
  await expect(page.getByRole("complementary", { name: "Group details" })).toBeVisible();
}

/** Confirms whatever the preview found beside, then saves. */
async function saveForm(page: Page): Promise<void> {
  const panel = form(page);
  const name = panel.getByLabel(/^Your name/);
  if ((await name.count()) > 0) await name.fill("Ada");
  await expect(panel.getByLabel("Preview")).toHaveAttribute("aria-busy", "false");
  const boxes = panel.getByRole("region", { name: "Also hidden" }).getByRole("checkbox");
  for (const box of await boxes.all()) await box.check();
  await panel.getByRole("button", { name: /^Save/ }).click();
  await expect(panel).toHaveCount(0);
}

const TELEMETRY = "Telemetry of the vendor is blocked on purpose";
const QUERY = "dst.fqdn:*.telemetry.example.com";

test("telemetry to rotating addresses is folded away by name; what is suspicious stays", async ({
  page,
  request,
}) => {
  const startMs = minuteAgo(20);
  for (let at = 0; at < 8; at += 1) {
    emit(telemetry(at, new Date(startMs + at * 20_000).toISOString()));
  }
  const suspicious = { name: "paste.example.net", ip: "198.51.100.66", sourcePort: 30_001 };
  emit(packetTo({ ...suspicious, time: new Date(startMs + 30_000).toISOString() }));
  await settled(request, "", { drops: 9, unexpected: 9, expected: 0 });

  await page.goto(droplens.server.url);
  await openRow(page, "crm-suite");
  const details = page.getByRole("complementary", { name: "Group details" });
  await details.locator("summary", { hasText: "in1.telemetry.example.com" }).click();
  await details.getByRole("button", { name: "Mark this series expected" }).click();

  const panel = form(page);
  // The narrowest that covers the series, and one step wider: every name of the vendor.
  await expect(panel.getByLabel(/^Query/)).toHaveValue(/dst\.fqdn:in1\.telemetry\.example\.com/);
  await expect(panel.getByLabel("Preview")).toContainText("2 attempts hidden");
  await panel.getByRole("button", { name: "*.telemetry.example.com" }).click();
  await expect(panel.getByLabel(/^Query/)).toHaveValue(/dst\.fqdn:\*\.telemetry\.example\.com/);
  await expect(panel.getByLabel("Preview")).toContainText("8 attempts hidden");

  // Not without a reason, and not without a word on what else it hides.
  await expect(panel.getByRole("button", { name: "Save and hide" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await panel.getByLabel(/^Reason/).fill(TELEMETRY);
  await saveForm(page);

  await settled(request, "", { drops: 9, unexpected: 1, expected: 8 });
  await settled(request, "expected:false", { drops: 1, unexpected: 1, expected: 0 });
  await settled(request, "fqdn:paste.example.net", { drops: 1, unexpected: 1, expected: 0 });
  const strip = page.getByRole("region", { name: /^Totals/ });
  await expect(strip.getByRole("button", { name: /Unexpected/ })).toContainText("1");
  await expect(strip.getByRole("button", { name: /Expected, hidden/ })).toContainText("8");
  await expect(rowOf(page, "crm-suite").getByRole("link", { name: /covers a part/ })).toBeVisible();
});

test("what it hid is what its preview said, and its author is told as unverified", async ({
  page,
  request,
}) => {
  const made = await byReason(request, TELEMETRY);
  const answer = await request.get(`${droplens.server.url}/api/expectations/${made.id}`);
  const { row } = await answer.json();
  expect(row.hits.day).toEqual({ drops: 8, attempts: 8, hidden: 8 });
  expect(row.authorVerified).toBe(false);

  await page.goto(`${droplens.server.url}/expected`);
  const line = rowOf(page, TELEMETRY);
  await expect(line).toContainText("Ada");
  await expect(line).toContainText("unverified");
  await expect(line.locator(".exp-hits b")).toHaveText("8");
});

test("a tenfold surge brings it back, and can be accepted in two clicks", async ({
  page,
  request,
}) => {
  const { id } = await byReason(request, TELEMETRY);
  await change(request, id, { ceilingPerMinute: 4, watch: [] });
  await settled(request, "", { drops: 9, unexpected: 1, expected: 8 });
  await page.goto(droplens.server.url);

  const surgeMs = minuteAgo(8);
  for (let at = 0; at < 40; at += 1) {
    emit(telemetry(100 + at, new Date(surgeMs + at * 1_000).toISOString()));
  }
  await settled(request, "", { drops: 49, unexpected: 41, expected: 8 });
  const row = rowOf(page, "crm-suite");
  await expect(row).toContainText("×10");
  await expect(page.getByRole("button", { name: "Surge", exact: true })).toBeVisible();

  await openRow(page, "crm-suite");
  await page.getByRole("button", { name: /^Accept: ceiling/ }).click();
  await settled(request, "", { drops: 49, unexpected: 1, expected: 48 });
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("Ceiling raised");
  await page.getByRole("button", { name: /^Undo/ }).click();
  await settled(request, "", { drops: 49, unexpected: 41, expected: 8 });
});

test("a new source under it stands out until it is accepted", async ({ page, request }) => {
  const { id } = await byReason(request, TELEMETRY);
  await change(request, id, { ceilingPerMinute: null, query: QUERY, watch: ["source"] });
  await settled(request, "", { drops: 49, unexpected: 1, expected: 48 });
  const packet = { name: "in1.telemetry.example.com", ip: "203.0.113.9", sourcePort: 31_000 };
  emit(packetTo({ ...packet, app: "billing", time: ago(5 * MINUTE_MS) }));
  await settled(request, "", { drops: 50, unexpected: 2, expected: 48 });

  await page.goto(droplens.server.url);
  const row = rowOf(page, "billing");
  await expect(row).toContainText("new");
  await openRow(page, "billing");
  await page.getByRole("button", { name: "Accept", exact: true }).click();
  await settled(request, "", { drops: 50, unexpected: 1, expected: 49 });
});

test("after its end it comes back by itself", async ({ page, request }) => {
  const { id } = await byReason(request, TELEMETRY);
  // Drops have times of their own: what is older than the end stays expected.
  const endMs = minuteAgo(3);
  await change(request, id, { expiresAt: new Date(endMs).toISOString() });
  await settled(request, "", { drops: 50, unexpected: 1, expected: 49 });
  emit(telemetry(300, new Date(endMs - 1).toISOString()));
  emit(telemetry(301, new Date(endMs).toISOString()));
  emit(telemetry(302, new Date(endMs + MINUTE_MS).toISOString()));
  await settled(request, "", { drops: 53, unexpected: 3, expected: 50 });

  await page.goto(droplens.server.url);
  const row = rowOf(page, "crm-suite");
  await expect(row).toContainText("ended");
  await openRow(page, "crm-suite");
  await expect(page.getByRole("region", { name: "Expectations" })).toContainText("after its end");
  await page.getByRole("button", { name: /^Accept: renew/ }).click();
  await settled(request, "", { drops: 53, unexpected: 1, expected: 52 });
});

test("the audit trail tells it all, of one and of all", async ({ page, request }) => {
  const { id } = await byReason(request, TELEMETRY);
  await page.goto(`${droplens.server.url}/expected?open=${id}`);
  const trail = page.getByRole("region", { name: "Audit trail" });
  await expect(trail.getByRole("listitem").filter({ hasText: "created it" })).toHaveCount(1);
  await expect(trail).toContainText("Ada");
  await expect(trail).toContainText("unverified");
  await expect(trail).toContainText("127.0.0.1");
  await expect(trail).toContainText(/ceilingPerMinute: .*4.* → /);
  await expect(trail).toContainText("accepted what was new");
  await expect(trail).toContainText(/expiresAt: .+ → .+/);

  await page.getByRole("button", { name: "Audit trail" }).click();
  await expect(page).toHaveURL(/pane=trail/);
  await expect(page.getByRole("listitem").filter({ hasText: "created it" })).toHaveCount(1);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
});

test("by tag the whole drop is hidden, though only one of its flows carries it: by keyboard alone", async ({
  page,
  request,
}) => {
  for (let at = 0; at < 5; at += 1) emit(taggedPacket(at, ago(10 * MINUTE_MS + at * 3_000)));
  await settled(request, `tag:${TAG}`, { drops: 5, unexpected: 5, expected: 0 });
  await page.goto(`${droplens.server.url}/?q=policy:azure-imds-deny`);
  await expect(rowOf(page, "azure-imds-deny")).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await expect(form(page).getByLabel(/^Reason/)).toBeFocused();
  await page.keyboard.type("The metadata address is denied on purpose");
  await expect(form(page).getByLabel("Preview")).toContainText("5 attempts hidden");
  await expect(form(page).getByLabel(/^Query/)).toHaveValue(new RegExp(`tag:${TAG}`));
  await page.keyboard.press("Tab");
  await expect(form(page).getByLabel(/^Your name/)).toBeFocused();
  await page.keyboard.type("Ben");
  await expect(form(page).getByLabel("Preview")).toHaveAttribute("aria-busy", "false");
  await page.keyboard.press("Control+Enter");
  await expect(form(page)).toHaveCount(0);

  await settled(request, "ip:169.254.169.254", { drops: 5, unexpected: 0, expected: 5 });
  await settled(request, "", { drops: 58, unexpected: 1, expected: 57 });

  // And back again, from wherever one is.
  await page.keyboard.press("z");
  await settled(request, "ip:169.254.169.254", { drops: 5, unexpected: 5, expected: 0 });
});

test("a trial counts and hides nothing, until it is told to", async ({ page, request }) => {
  await page.goto(`${droplens.server.url}/?q=policy:azure-imds-deny`);
  await openRow(page, "azure-imds-deny");
  await page.getByRole("button", { name: /^Mark expected/ }).click();
  await form(page)
    .getByLabel(/^Reason/)
    .fill("Only looked at");
  await form(page).getByRole("radio", { name: /Trial/ }).check();
  await saveForm(page);
  await settled(request, "ip:169.254.169.254", { drops: 5, unexpected: 5, expected: 0 });
  await expect(
    rowOf(page, "azure-imds-deny").getByRole("link", { name: /on trial/ }),
  ).toBeVisible();
  await page.getByRole("button", { name: "Start hiding" }).click();
  await settled(request, "ip:169.254.169.254", { drops: 5, unexpected: 0, expected: 5 });
});

test("revoking shows all again on every open page, and is undone", async ({
  page,
  browser,
  request,
}) => {
  const colleague = await (await browser.newContext()).newPage();
  await colleague.goto(`${droplens.server.url}/?q=policy:azure-imds-deny`);
  const theirs = colleague.getByRole("region", { name: /^Totals/ });
  await expect(theirs.getByRole("button", { name: /Expected, hidden/ })).toContainText("5");

  await page.goto(`${droplens.server.url}/expected`);
  await rowOf(page, "Only looked at").getByRole("checkbox").check();
  await expect(page).toHaveURL(/sel=/);
  await page
    .getByRole("region", { name: "Selected" })
    .getByRole("button", { name: "Revoke" })
    .click();
  await settled(request, "ip:169.254.169.254", { drops: 5, unexpected: 5, expected: 0 });
  await expect(theirs.getByRole("button", { name: /Unexpected/ })).toContainText("5");
  await page.getByRole("button", { name: /^Undo/ }).click();
  await expect(theirs.getByRole("button", { name: /Expected, hidden/ })).toContainText("5");
  await settled(request, "ip:169.254.169.254", { drops: 5, unexpected: 0, expected: 5 });
  await colleague.context().close();
});

test("of two who edit the same one, the second is told what changed and decides", async ({
  page,
  browser,
  request,
}) => {
  const { id } = await byReason(request, "Only looked at");
  const other = await (await browser.newContext()).newPage();
  for (const one of [page, other]) {
    await one.goto(`${droplens.server.url}/expected?open=${id}`);
    await one.getByRole("button", { name: /^Edit/ }).click();
  }
  await form(other)
    .getByLabel(/^Reason/)
    .fill("Agreed with the platform team");
  await saveForm(other);

  await form(page)
    .getByLabel(/^Ticket/)
    .fill("OPS-7");
  await form(page)
    .getByLabel(/^Your name/)
    .fill("Ben");
  await expect(form(page).getByLabel("Preview")).toHaveAttribute("aria-busy", "false");
  await form(page).getByRole("button", { name: /^Save/ }).click();
  const conflict = form(page).getByRole("alert", { name: "Changed meanwhile" });
  await expect(conflict).toContainText("Agreed with the platform team");
  await conflict.getByRole("button", { name: /^Save mine/ }).click();
  await expect(form(page)).toHaveCount(0);

  const answer = await request.get(`${droplens.server.url}/api/expectations/${id}`);
  // Only what was changed here goes over it.
  expect((await answer.json()).expectation).toMatchObject({
    reason: "Agreed with the platform team",
    ticket: "OPS-7",
  });
  await other.context().close();
});

test("an import shows what it would do before it does it", async ({ page, request }) => {
  await page.goto(`${droplens.server.url}/expected?pane=code`);
  const yaml = `version: 1
expectations:
  - id: from-git
    query: port:9100
    reason: Scrapers that were moved
    expiresAt: ${new Date(Date.now() + 5 * 86_400_000).toISOString()}
`;
  const text = page.getByLabel(/^YAML/);
  await text.fill(yaml.replace("port:9100", "prot:9100"));
  await page.getByRole("button", { name: "Show the diff" }).click();
  await expect(page.getByRole("status", { name: /import/ })).toContainText(/Line \d+/);
  await text.fill(yaml);
  await page.getByRole("button", { name: "Show the diff" }).click();
  await expect(page.getByRole("status", { name: /import/ })).toContainText("create");
  expect((await listed(request)).some((one) => one.query === "port:9100")).toBe(false);
  await page.getByRole("button", { name: /^Apply/ }).click();
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("Imported");
  expect((await listed(request)).some((one) => one.query === "port:9100")).toBe(true);
});

test("an import is taken back by its message", async ({ page, request }) => {
  const idOf = async (query: string) =>
    (await listed(request)).find((one) => one.query === query)?.id ?? "";
  const stateOf = async (id: string) =>
    (await (await request.get(`${droplens.server.url}/api/expectations/${id}`)).json()).expectation;
  const kept = await idOf("port:9100");
  const reason = (await stateOf(kept)).reason;
  const expiresAt = new Date(Date.now() + 5 * 86_400_000).toISOString();
  await page.goto(`${droplens.server.url}/expected?pane=code`);
  await page.getByLabel(/^YAML/).fill(`version: 1
expectations:
  - { id: ${kept}, query: "port:9100", reason: Written anew, expiresAt: ${expiresAt} }
  - { query: "port:9101", reason: A mistake, expiresAt: ${expiresAt} }
`);
  await page.getByRole("button", { name: "Show the diff" }).click();
  await page.getByRole("button", { name: "Apply 2 changes" }).click();
  const messages = page.getByRole("region", { name: "Messages" });
  await expect(messages).toContainText("Imported: 2 changes");
  const made = await idOf("port:9101");
  expect(await stateOf(made)).toMatchObject({ revokedAt: null });
  expect(await stateOf(kept)).toMatchObject({ reason: "Written anew" });

  await page.keyboard.press("z");
  await expect(messages).toContainText("Undone");
  expect((await stateOf(made)).revokedAt).not.toBeNull();
  expect(await stateOf(kept)).toMatchObject({ reason, revokedAt: null });
});

test("the list is filtered, ordered and used by keyboard, and its address carries it", async ({
  page,
}) => {
  await page.goto(`${droplens.server.url}/expected`);
  await expect(rowOf(page, TELEMETRY)).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("telemetry");
  await page.keyboard.press("Enter");
  await expect(rowOf(page, "Scrapers")).toHaveCount(0);
  await expect(page).toHaveURL(/text=telemetry/);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page).toHaveURL(/sel=/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Expectation details" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("complementary", { name: "Expectation details" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Selected" })).toContainText("1 selected");
  await page.keyboard.press("e");
  await expect(form(page)).toContainText("Edit expectation");
  await page.keyboard.press("Escape");
  await expect(form(page)).toHaveCount(0);
  await page.getByLabel("State").selectOption("never-matched");
  await page.getByLabel(/^Search/).fill("");
  await expect(rowOf(page, "Scrapers")).toBeVisible();
  await expect(rowOf(page, TELEMETRY)).toHaveCount(0);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing to complain of: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const check = async (what: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`,
      );
      expect(found, what).toEqual([]);
    };
    await page.goto(`${droplens.server.url}/expected`);
    await rowOf(page, TELEMETRY).click();
    await expect(page.getByRole("region", { name: "Audit trail" })).toContainText("created it");
    await check("the list and one in full");
    await page.getByRole("button", { name: /^Edit/ }).click();
    await expect(form(page).getByLabel("Preview")).toHaveAttribute("aria-busy", "false");
    await form(page).locator(".hubble-form summary").click();
    await check("the form");
    await page.goto(`${droplens.server.url}/expected?pane=code`);
    await expect(page.getByLabel(/^YAML/)).toBeVisible();
    await check("as code");
    await page.goto(droplens.server.url);
    await openRow(page, "crm-suite");
    await expect(page.getByRole("region", { name: "Expectations" })).toContainText(TELEMETRY);
    await check("a row with its expectations");
  });
}

test("on a narrow screen nothing needs sideways scrolling", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const check = async () => {
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  };
  await page.goto(`${droplens.server.url}/expected`);
  await expect(rowOf(page, TELEMETRY)).toBeVisible();
  await check();
  await rowOf(page, TELEMETRY).click();
  await page.getByRole("button", { name: /^Edit/ }).click();
  await expect(form(page).getByLabel(/^Reason/)).toBeVisible();
  await check();
});

test("a list that cannot be read again says how old it is", async ({ page }) => {
  const first = page.waitForResponse(/\/api\/expectations$/);
  await page.goto(`${droplens.server.url}/expected`);
  await (await first).finished();
  await page.route(/\/api\/expectations$/, (route) => route.abort());
  // It is asked for anew every 15 s.
  await expect(page.getByText(/What stands below is .* old/)).toBeVisible({ timeout: 60_000 });
});
