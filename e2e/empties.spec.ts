import { expect } from "@playwright/test";
import { test } from "./droplens";
import { freePort, startDroplens } from "./droplens-server";
import { dnsQuestion } from "./packets";

test("nothing dropped is said with its evidence", async ({ page, droplens: { server } }) => {
  await page.goto(server.url);
  await expect(page.getByRole("heading", { name: /^Nothing dropped/ })).toBeVisible();
  await expect(page.getByText("Nodes reporting")).toBeVisible();
});

test("all filtered away names the query, tells how much lies behind it and clears it", async ({
  page,
  droplens: { relay, server },
}) => {
  for (const flow of dnsQuestion()) relay.emit(flow);
  await page.goto(`${server.url}/?q=ns:nowhere`);
  await expect(
    page.getByRole("heading", { name: "No group matches this query; 1 lies behind it" }),
  ).toBeVisible();
  await page.getByRole("button", { name: "Clear the query" }).click();
  await expect(page).toHaveURL(`${server.url}/`);
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
    await expect(page.getByText(/Connection refused.*nothing listens there/).first()).toBeVisible();
    expect((await page.request.get(`${server.url}/readyz`)).status()).toBe(200);
  } finally {
    await server.dispose();
  }
});
