import { expect, test } from "@playwright/test";
import { createRelayServer, type Relay } from "@/lib/demo/relay";
import { type DroplensServer, startDroplens, until } from "./droplens-server";
import { ago, dnsQuestion, synFrom } from "./packets";

let relay: Relay;
let server: DroplensServer;

test.beforeEach(async () => {
  relay = await createRelayServer({ nodes: ["demo/worker-1"], ledger: true });
  server = await startDroplens({ HUBBLE_SERVER: relay.address });
});
test.afterEach(async () => {
  await server.dispose();
  await relay.stop();
});

async function sourceOf(): Promise<
  Record<string, number> & { state: string; shed: Record<string, number> }
> {
  const answer = await fetch(`${server.url}/api/sources`);
  return (await answer.json()).sources[0];
}

async function dropsOf(): Promise<string[]> {
  const answer = await fetch(`${server.url}/api/drops?range=24h&limit=500`);
  return (await answer.json()).drops.map((drop: { uuid: string }) => drop.uuid);
}

test("a relay that goes away is named, and what it sent meanwhile comes when it is back", async ({
  page,
}) => {
  await page.goto(server.url);
  for (const flow of dnsQuestion()) relay.emit(flow);
  await expect(page.getByRole("row").filter({ hasText: "productpage-v1" }).first()).toBeVisible();

  await relay.stop();
  await expect(
    page
      .getByText(/Connection refused|ended the stream|cannot be reached/)
      .filter({ visible: true })
      .first(),
  ).toBeVisible({ timeout: 20_000 });
  for (const flow of synFrom("storefront", 41_000)) relay.emit(flow);
  await relay.start();
  await expect(page.getByRole("row").filter({ hasText: "storefront" })).toBeVisible({
    timeout: 30_000,
  });
  expect(await dropsOf()).toHaveLength(2);
});

test("after kill -9 the history is there, the gap is drawn and nothing is doubled", async ({
  page,
}) => {
  for (let i = 0; i < 200; i += 1) {
    for (const flow of synFrom("storefront", 41_000 + i, ago(5_000 - i))) relay.emit(flow);
  }
  await until(async () => (await sourceOf()).stored === 200);
  const before = await dropsOf();
  // In mid-stream: flows go on arriving while the process dies and while it is away.
  for (let i = 0; i < 100; i += 1) {
    for (const flow of synFrom("checkout", 45_000 + i)) relay.emit(flow);
  }
  await server.end("SIGKILL");
  for (const flow of dnsQuestion()) relay.emit(flow);
  await server.restart();

  await until(async () => (await sourceOf()).in_flight === 0 && (await dropsOf()).length >= 301);
  const after = await dropsOf();
  expect(new Set(after).size).toBe(after.length);
  expect(after).toHaveLength(301);
  for (const uuid of before) expect(after).toContain(uuid);

  await page.goto(`${server.url}/?range=5m`);
  await expect(page.getByText(/gap/).filter({ visible: true }).first()).toBeVisible();
  const { coverage } = await (await fetch(`${server.url}/api/groups?range=5m`)).json();
  const recent = coverage.gaps.filter(
    (gap: { fromMs: number }) => gap.fromMs > Date.now() - 120_000,
  );
  expect(recent.length).toBeGreaterThan(0);
});

test("SIGTERM ends in under two seconds with pages open, and loses no accepted drop", async ({
  page,
}) => {
  await page.goto(server.url);
  await expect(page.getByLabel("Stream")).toContainText("Live");
  for (let i = 0; i < 500; i += 1) {
    for (const flow of synFrom("storefront", 41_000 + i)) relay.emit(flow);
  }
  await until(async () => (await sourceOf()).received === 1_000);
  const { tookMs, code } = await server.end("SIGTERM");
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(2_000);
  await expect(page.getByText(/No live stream/)).toBeVisible();

  await relay.stop();
  await server.restart();
  expect(await dropsOf()).toHaveLength(500);
  await expect(page.getByLabel("Stream")).toContainText("Live", { timeout: 30_000 });
});

test("a relay that hangs is noticed and said", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto(server.url);
  await until(async () => (await sourceOf()).state === "connected");
  relay.hang(true);
  await until(async () => (await sourceOf()).state !== "connected", 60_000);
  await expect(
    page
      .getByText(/not answer/i)
      .filter({ visible: true })
      .first(),
  ).toBeVisible();
  relay.hang(false);
  for (const flow of dnsQuestion()) relay.emit(flow);
  await expect(page.getByRole("row").filter({ hasText: "productpage-v1" }).first()).toBeVisible({
    timeout: 60_000,
  });
});
