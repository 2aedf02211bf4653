import { expect, test } from "@playwright/test";
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import { PRODUCTPAGE, refusedPacket } from "@/lib/live/hubble-flows";
import { droplensForThisFile } from "./droplens";
import { until } from "./droplens-server";
import { ago } from "./packets";

const droplens = droplensForThisFile();

const SHARED = "203.0.113.7";
const OWN = "203.0.113.8";

/** productpage calls an address outside; Hubble gives the name only as long as it knows it. */
function call(time: string, address: string, name: string, port: number): [Flow, Flow] {
  const names = name === "" ? [] : [name];
  const flows = refusedPacket({
    time,
    reason: "POLICY_DENIED",
    source: PRODUCTPAGE,
    destination: { identity: 2, labels: ["reserved:world"] },
    IP: { source: "10.244.2.148", destination: address },
    l4: { TCP: { source_port: port, destination_port: 443, flags: { SYN: true } } },
  });
  return flows.map((flow) => ({ ...flow, destination_names: names })) as [Flow, Flow];
}

test.beforeAll(async () => {
  const flows = [
    ...call(ago(90_000), OWN, "fonts.example.net", 40_001),
    ...call(ago(80_000), SHARED, "cdn.example.com", 40_002),
    ...call(ago(70_000), SHARED, "cnn.com", 40_003),
    ...call(ago(20_000), OWN, "", 40_004),
    ...call(ago(10_000), SHARED, "", 40_005),
  ];
  for (const flow of flows) droplens.relay.emit(flow);
  await until(async () => {
    const { sources } = await (await fetch(`${droplens.server.url}/api/sources`)).json();
    return sources[0].received === flows.length && sources[0].in_flight === 0;
  }, 40_000);
});

test("a name that Hubble forgot stays beside the address, marked as remembered", async ({
  page,
}) => {
  await page.goto(`${droplens.server.url}/?by=destination`);
  const row = page.getByRole("row").filter({ hasText: OWN });
  await expect(row).toContainText("fonts.example.net", { timeout: 30_000 });
  await expect(row.getByLabel("Remembered name")).toBeVisible();
  await expect(row.getByLabel(/also served/)).toHaveCount(0);

  await page.goto(`${droplens.server.url}/flows?q=dst.fqdn:fonts.example.net`);
  await expect(page.getByText("2 drops", { exact: true })).toBeVisible();
  await page
    .locator(".drop-line:not(.drops-head)")
    .filter({ has: page.getByLabel("Remembered name") })
    .click();
  const sheet = page.getByRole("complementary", { name: "Drop details" });
  await expect(sheet).toContainText(`Hubble gave no name for ${OWN}`);
  await expect(sheet).toContainText(/fonts\.example\.net\s*seen \d+[smh] ago from a drop/);
});

test("an address that served several names says so before a rule hides it", async ({ page }) => {
  await page.goto(`${droplens.server.url}/?by=destination`);
  // Rows of its names carry the mark too; this is the one of the bare address.
  const row = page.getByRole("row").filter({ has: page.locator(".party", { hasText: SHARED }) });
  const mark = row.getByLabel(`${SHARED} also served cdn.example.com`);
  await expect(mark).toBeVisible({ timeout: 30_000 });

  await page.goto(`${droplens.server.url}/flows?q=dst.fqdn:cdn.example.com`);
  await page
    .locator(".drop-line:not(.drops-head)")
    .filter({ hasNot: page.getByLabel("Remembered name") })
    .click();
  const sheet = page.getByRole("complementary", { name: "Drop details" });
  await expect(sheet).toContainText(`${SHARED} also served cnn.com`);
  await sheet.getByRole("button", { name: "Mark expected" }).click();
  const form = page.getByRole("complementary", { name: "Mark expected" });
  await expect(form).toContainText(
    `${SHARED} also served cnn.com: this rule by name would hide them too`,
  );
});
