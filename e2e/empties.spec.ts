import { expect, test } from "@playwright/test";
import { droplensForThisFile } from "./droplens";
import { freePort, startDroplens } from "./droplens-server";
import { dnsQuestion } from "./packets";

const droplens = droplensForThisFile();

test("nothing dropped is said with its evidence", async ({ page }) => {
  await page.goto(droplens.server.url);
  await expect(page.getByRole("heading", { name: /^Nothing dropped/ })).toBeVisible();
  await expect(page.getByText("Nodes reporting")).toBeVisible();
});

test("all filtered away names the query, tells how much lies behind it and clears it", async ({
  page,
}) => {
  for (const flow of dnsQuestion()) droplens.relay.emit(flow);
  await page.goto(`${droplens.server.url}/?q=ns:nowhere`);
  await expect(
    page.getByRole("heading", { name: "No group matches this query; 1 lies behind it" }),
  ).toBeVisible();
  await page.getByRole("button", { name: "Clear the query" }).click();
  await expect(page).toHaveURL(`${droplens.server.url}/`);
  await expect(page.getByRole("row").filter({ hasText: "productpage-v1" }).first()).toBeVisible();
});

test("not connected names the step that failed and what to try", async ({ page }) => {
  const port = await freePort();
  const server = await startDroplens({ HUBBLE_SERVER: `127.0.0.1:${port}` });
  try {
    await page.goto(server.url);
    await expect(
      page.getByRole("heading", { name: new RegExp(`127.0.0.1:${port} cannot be reached`) }),
    ).toBeVisible();
    await expect(page.getByRole("main")).toContainText(/Connection refused.*nothing listens there/);
    expect((await page.request.get(`${server.url}/readyz`)).status()).toBe(200);
  } finally {
    await server.dispose();
  }
});
