/** Faults of the store as an operator meets them: in a browser, over the real server. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { droplensForThisFile } from "./droplens";
import { type DroplensServer, startDroplens } from "./droplens-server";
import { dnsQuestion } from "./packets";

const droplens = droplensForThisFile();
test.setTimeout(300_000);

const banner = (page: Page) => page.locator("[data-store]");

async function storeState(server: DroplensServer): Promise<string> {
  return (await (await fetch(`${server.url}/api/store`)).json()).state;
}

async function addExpectation(server: DroplensServer) {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const response = await fetch(`${server.url}/api/expectations`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: server.url },
    body: JSON.stringify({
      query: "port:4317",
      reason: "Telemetry is blocked",
      expiresAt,
      watch: [],
    }),
  });
  return { status: response.status, body: await response.json() };
}

test("F34 a folder in use: every screen says what is paused and what to do, live goes on, and history comes by itself", async ({
  page,
}) => {
  const other = await startDroplens({ HUBBLE_SERVER: "127.0.0.1:9" });
  await expect.poll(() => storeState(other), { timeout: 60_000 }).toBe("ok");
  const server = await startDroplens({
    HUBBLE_SERVER: droplens.relay.address,
    DROPLENS_DATA_DIR: other.dataDir,
  });
  try {
    for (const screen of ["/", "/flows", "/graph", "/expected"]) {
      await page.goto(`${server.url}${screen}`);
      await expect(banner(page)).toContainText(/History not available: process \d+ has/);
      await expect(banner(page)).toContainText("It goes on by itself.");
    }
    const { violations } = await new AxeBuilder({ page }).include("[data-store]").analyze();
    expect(violations).toEqual([]);
    await page.goto(server.url);
    for (const flow of dnsQuestion()) droplens.relay.emit(flow);
    const row = page.getByRole("row").filter({ hasText: "productpage-v1" }).first();
    await expect(row).toBeVisible();
    const ready = await page.request.get(`${server.url}/readyz`);
    expect(ready.status()).toBe(200);
    expect(await ready.json()).toMatchObject({ status: "degraded" });
    const refused = await addExpectation(server);
    expect(refused.status).toBe(503);
    expect(refused.body.detail).toMatch(/process \d+ has/);

    await other.end("SIGKILL");
    await expect(banner(page)).toHaveCount(0, { timeout: 30_000 });
    await expect(row).toBeVisible();
    expect((await addExpectation(server)).status).toBe(201);
    const report = await (await page.request.get(`${server.url}/api/store`)).json();
    expect(report).toMatchObject({ state: "ok", words: "", waiting: 0 });
  } finally {
    await server.end("SIGKILL");
    await other.dispose();
  }
});

test("F62 SIGTERM under load: the streams end, what was received is stored, and the exit is clean", async () => {
  const server = await startDroplens({ HUBBLE_SERVER: droplens.relay.address });
  try {
    const stream = await fetch(`${server.url}/api/live?range=5m`);
    const flooding = setInterval(() => {
      for (let at = 0; at < 50; at += 1)
        for (const flow of dnsQuestion()) droplens.relay.emit(flow);
    }, 10);
    const storedOf = async () =>
      (await (await fetch(`${server.url}/api/sources`)).json()).sources[0].stored as number;
    await expect.poll(storedOf, { timeout: 30_000 }).toBeGreaterThan(500);
    const ending = server.end("SIGTERM");
    const text = await stream.text();
    const { code, tookMs } = await ending;
    clearInterval(flooding);
    expect(text).toContain("event: bye");
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(25_000);
    expect(server.output()).not.toContain("were not stored");
  } finally {
    await server.dispose();
  }
});
