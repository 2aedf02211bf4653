import { expect, test } from "@playwright/test";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { droplensForThisFile } from "./droplens";
import { ago, dnsQuestion, synFrom } from "./packets";

const droplens = droplensForThisFile();

test.describe.configure({ mode: "serial" });

test("a refused packet appears while one looks, once, under what denied it", async ({ page }) => {
  await page.goto(droplens.server.url);
  await expect(page.getByRole("heading", { name: /^Nothing dropped/ })).toBeVisible();
  for (const flow of dnsQuestion()) droplens.relay.emit(flow);

  const row = page.getByRole("row").filter({ hasText: "default-deny of productpage-v1" });
  await expect(row).toContainText("coredns");
  await expect(row).toContainText("kube-system · UDP egress");
  await expect(row.locator(".cell-count")).toHaveText("11");
});

test("a tagged deny shows its policy and tag, and only once though Cilium tells of it twice", async ({
  page,
}) => {
  await page.goto(droplens.server.url);
  const verdict = {
    egress_denied_by: [METADATA_POLICY],
    policy_log: ["ccnp_egress_denied_azure_imds"],
  };
  for (const flow of metadataPacket(ago(0), 40_001, verdict)) droplens.relay.emit(flow);

  const row = page.getByRole("row").filter({ hasText: "azure-imds-deny" });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("ccnp_egress_denied_azure_imds");
  await expect(row.locator(".cell-count")).toHaveText("11");
});

test("details say why, name both flows of the drop and show Hubble's own record", async ({
  page,
}) => {
  await page.goto(droplens.server.url);
  await page.getByRole("row").filter({ hasText: "azure-imds-deny" }).locator(".cell-count").click();
  const sheet = page.getByRole("complementary", { name: "Group details" });
  await expect(sheet).toContainText("azure-imds-deny");
  await expect(sheet).toContainText("POLICY_DENY");
  await expect(sheet).toContainText("Verdict event");
  await expect(sheet).toContainText("Drop event");
  await expect(sheet).toContainText("bpf_lxc.c:1360");
  await sheet.locator("summary", { hasText: "Verdict event" }).click();
  await expect(sheet.getByText('"drop_reason_desc": "POLICY_DENY"').first()).toBeVisible();
});

test("the address of the page shows a colleague the same", async ({ page, browser }) => {
  await page.goto(`${droplens.server.url}/?q=ns:payments`);
  await expect(page.getByRole("row").filter({ hasText: "azure-imds-deny" })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "productpage" })).toHaveCount(0);
  await page.getByRole("row").filter({ hasText: "azure-imds-deny" }).locator(".cell-count").click();
  await expect(page).toHaveURL(/open=[0-9a-f]{16}/);

  const context = await browser.newContext();
  const colleague = await context.newPage();
  await colleague.goto(page.url());
  await expect(colleague.getByRole("complementary", { name: "Group details" })).toContainText(
    "azure-imds-deny",
  );
  await expect(colleague.getByRole("row").filter({ hasText: "productpage" })).toHaveCount(0);
  await context.close();
});

test("a verdict filter is a term of the query and can be taken back", async ({ page }) => {
  await page.goto(droplens.server.url);
  await expect(page.getByRole("row").filter({ hasText: "productpage-v1" }).first()).toBeVisible();
  await page.getByRole("button", { name: "Audit", exact: true }).click();
  await expect(page).toHaveURL(/q=verdict:AUDIT/);
  await expect(
    page.getByRole("heading", { name: /No group matches this query; 2 lie behind it/ }),
  ).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("row").filter({ hasText: "productpage-v1" }).first()).toBeVisible();
});

test("a query that cannot be read says where and what was expected", async ({ page }) => {
  await page.goto(`${droplens.server.url}/?q=${encodeURIComponent("verdict:DROPED")}`);
  await expect(page.getByText(/DROPPED/).first()).toBeVisible();
  await expect(page.getByRole("alert").first()).toContainText(/DROPED|verdict/);
  const answer = await page.request.get(`${droplens.server.url}/api/groups?q=verdict:DROPED`);
  expect(answer.status()).toBe(400);
  expect(await answer.json()).toMatchObject({
    status: 400,
    detail: expect.stringContaining("character"),
  });
});

test("a pause freezes the view and not the intake", async ({ page }) => {
  await page.goto(droplens.server.url);
  await expect(page.getByLabel("Stream")).toContainText("Live");
  await page.getByRole("button", { name: "Pause" }).click();
  for (const flow of synFrom("storefront", 41_000)) droplens.relay.emit(flow);
  await expect(page.getByLabel("Stream")).toContainText("1");
  await expect(page.getByRole("row").filter({ hasText: "storefront" })).toHaveCount(0);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("row").filter({ hasText: "storefront" })).toBeVisible();
});

test("retries of one SYN are one attempt of several drops", async ({ page }) => {
  await page.goto(droplens.server.url);
  for (const agoMs of [7_000, 6_000, 4_000, 0]) {
    for (const flow of synFrom("checkout", 42_000, ago(agoMs))) droplens.relay.emit(flow);
  }
  const count = page.getByRole("row").filter({ hasText: "checkout" }).locator(".cell-count");
  await expect(count).toHaveAttribute("title", "1 attempts, 4 drops");
});

test("what was received adds up", async ({ request }) => {
  const { sources } = await (await request.get(`${droplens.server.url}/api/sources`)).json();
  const [source] = sources;
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  expect(source.received).toBeGreaterThan(10);
  expect(source.received).toBe(
    source.stored +
      source.paired +
      source.duplicate +
      source.out_of_scope +
      source.in_flight +
      sum(source.rejected) +
      sum(source.shed),
  );
});

test("the API answers as it is written", async ({ request }) => {
  const get = async (path: string) => {
    const answer = await request.get(`${droplens.server.url}${path}`);
    expect(answer.status(), path).toBe(200);
    return answer.json();
  };
  const groups = await get("/api/groups?from=now-1h");
  expect(groups.totals).toMatchObject({
    drops: groups.totals.unexpected + groups.totals.expected,
    attempts: expect.any(Number),
  });
  expect(groups.groups[0]).toMatchObject({
    id: expect.any(String),
    attribution: {
      kind: expect.any(String),
      certainty: expect.any(String),
      policies: expect.any(Array),
    },
    tags: expect.any(Array),
    verdict: "DROPPED",
    direction: "egress",
    drops: expect.any(Number),
    attempts: expect.any(Number),
    expected: 0,
    firstSeen: expect.stringMatching(/Z$/),
    lastSeen: expect.stringMatching(/Z$/),
    sources: expect.any(Number),
    destinations: expect.any(Number),
  });
  expect(groups.coverage).toMatchObject({ gaps: expect.any(Array) });
  const attempts = (
    bars: { dropped: number; audit: number; infrastructure: number; expected: number }[],
  ) =>
    bars.reduce((sum, bar) => sum + bar.dropped + bar.audit + bar.infrastructure + bar.expected, 0);
  const timeline = await get("/api/timeline");
  expect(attempts(timeline.timeline)).toBe(timeline.totals.attempts);

  const first = await get("/api/drops?limit=2");
  const second = await get(`/api/drops?limit=100&before=${encodeURIComponent(first.next)}`);
  const uuids = [...first.drops, ...second.drops].map((drop: { uuid: string }) => drop.uuid);
  expect(new Set(uuids).size).toBe(uuids.length);
  expect(second.next).toBeNull();
  expect(uuids).toHaveLength((await get("/api/drops")).drops.length);
  await get("/healthz");
  await get("/readyz");
});
