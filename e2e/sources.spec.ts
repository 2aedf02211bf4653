import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { ServerCredentials } from "@grpc/grpc-js";
import { expect as expectSoon, type Page, test } from "@playwright/test";
import { createRelayServer, type Relay } from "@/lib/demo/relay";
import type { LostEvent } from "@/lib/hubble/generated/flow/flow";
import { NodeState } from "@/lib/hubble/generated/relay/relay";
import { messageFromJson } from "@/lib/hubble/read-json";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { type DroplensServer, freePort, startDroplens, until } from "./droplens-server";
import { ago, dnsQuestion, synFrom } from "./packets";

/** The page asks every two seconds, and what it asks for may be under way. */
const expect = expectSoon.configure({ timeout: 30_000 });
const folder = mkdtempSync(join(tmpdir(), "droplens-sources-"));
const RELAY_NAME = "ui.hubble-relay.cilium.io";
let eu: Relay;
let us: Relay;
/** Not there until a test starts it. */
let away: Relay;
let server: DroplensServer;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  test.setTimeout(120_000);
  certificate(5);
  eu = await createRelayServer({ nodes: ["demo/worker-1", "demo/worker-2"] });
  us = await createRelayServer({ nodes: ["us/node-1"], credentials: tlsCredentials() });
  away = await createRelayServer({ nodes: ["ap/node-1"], port: await freePort() });
  await away.stop();
  writeFileSync(join(folder, "events.log"), exporterLines());
  writeFileSync(join(folder, "sources.yaml"), configuration());
  server = await startDroplens({ DROPLENS_CONFIG: join(folder, "sources.yaml") });
});

test.afterAll(async () => {
  await server.dispose();
  for (const relay of [eu, us, away]) await relay.stop();
  rmSync(folder, { recursive: true });
});

function configuration(): string {
  return `sources:
  - id: eu
    relay: { server: "${eu.address}" }
  - id: us
    relay:
      server: "${us.address}"
      tls: true
      tlsServerName: ${RELAY_NAME}
      tlsCaCertFiles: [${join(folder, "relay.crt")}]
  - id: away
    relay: { server: "${away.address}" }
  - id: node-logs
    file: { path: ${join(folder, "events.log")} }
`;
}

/** Signed by itself, good for so many days. */
function certificate(days: number): void {
  const name = ["-subj", "/CN=relay", "-addext", "subjectAltName=DNS:*.hubble-relay.cilium.io"];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-days", String(days), ...name, "-keyout", "relay.key", "-out", "relay.crt"],
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
  );
}

function tlsCredentials(): ServerCredentials {
  const read = (name: string) => readFileSync(join(folder, name));
  const pair = { cert_chain: read("relay.crt"), private_key: read("relay.key") };
  return ServerCredentials.createSsl(null, [pair]);
}

/** What an exporter writes that is told to write drop events only; the last line is no record. */
function exporterLines(): string {
  const lines = Array.from({ length: 40 }, (_, index) => {
    const time = ago(30_000 - index);
    const flow = {
      time,
      uuid: `exported-${index}`,
      verdict: "DROPPED",
      drop_reason_desc: "POLICY_DENY",
      IP: { source: "10.0.1.2", destination: "10.0.2.9", ipVersion: "IPv4" },
      l4: { TCP: { source_port: 40_000 + index, destination_port: 443, flags: { SYN: true } } },
      source: { identity: 24_753, namespace: "a", pod_name: "x-1" },
      destination: { identity: 24_999, namespace: "b", pod_name: "y-1" },
      Type: "L3_L4",
      node_name: "aks-node-1",
      event_type: { type: 1, sub_type: 181 },
      traffic_direction: "EGRESS",
    };
    return JSON.stringify({ flow, node_name: "aks-node-1", time });
  });
  return `${lines.join("\n")}\n{"flow":\u202e<b>cut off</b>\n`;
}

const sourceOf = async (id: string): Promise<Record<string, number>> => {
  const { sources } = await (await fetch(`${server.url}/api/sources`)).json();
  return sources.find((one: { id: string }) => one.id === id);
};

const open = (page: Page, id: string) => page.goto(`${server.url}/sources?source=${id}`);
const block = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const check = (page: Page, title: string) =>
  block(page, "Preflight").getByRole("listitem").filter({ hasText: title });

/** Numbers of the table of outcomes by their names. */
async function outcomesOn(page: Page): Promise<Map<string, number>> {
  const rows = await block(page, "Where every flow went").getByRole("row").all();
  const pairs = await Promise.all(
    rows.map(async (row): Promise<[string, number]> => {
      const name = (await row.getByRole("rowheader").textContent()) ?? "";
      const count = (await row.locator("td.num").first().textContent()) ?? "";
      return [name.trim(), Number(count.replaceAll(",", ""))];
    }),
  );
  return new Map(pairs);
}

test("the bar and the keyboard lead there, and through the sources", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByRole("link", { name: "Sources" })).toBeVisible();
  await expect(page.getByLabel("Stream")).toContainText("Live");
  // Both keys within a second: on a slow machine it may take another try.
  await expect(async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL(/\/sources$/, { timeout: 3_000 });
  }).toPass();
  const main = page.getByRole("main");
  await expect(main.getByRole("heading", { name: /^eu/ })).toBeVisible();

  await page.keyboard.press("j");
  await expect(page).toHaveURL(/source=us$/);
  await expect(main.getByRole("heading", { name: /^us/ })).toBeVisible();
  await page.keyboard.press("k");
  await expect(page).toHaveURL(/source=eu$/);
  await page.keyboard.press("o");
  await expect(main).toBeFocused();

  await open(page, "nowhere");
  await expect(main).toContainText("There is no source nowhere");
});

test("every flow received is in one outcome, and the table adds up", async ({ page }) => {
  await open(page, "eu");
  await expect(block(page, "Where every flow went")).toContainText("adds up");
  const deny = { egress_denied_by: [METADATA_POLICY], policy_log: ["ccnp_egress_denied_imds"] };
  const packets = [
    ...Array.from({ length: 20 }, (_, i) => synFrom("storefront", 41_000 + i)),
    ...Array.from({ length: 3 }, (_, i) => metadataPacket(ago(0), 42_000 + i, deny)),
  ].flat();
  // The first one comes twice, as when a node tells its memory again.
  for (const flow of [...packets, ...packets.slice(0, 1)]) eu.emit(flow);
  const row = (name: string) =>
    block(page, "Where every flow went").getByRole("row").filter({ hasText: name });
  await expect(row("received")).toContainText("47");
  await expect(row("stored")).toContainText("23");

  const counts = await outcomesOn(page);
  const lines = [...counts].filter(([name]) => name !== "sum" && name !== "received");
  expect(lines.reduce((total, [, flows]) => total + flows, 0)).toBe(47);
  expect(counts.get("sum")).toBe(47);
  expect(counts.get("paired")).toBe(23);
  expect(counts.get("duplicate")).toBe(1);
  await expect(block(page, "Joined from two flows")).toContainText("23 drops by a policy");
  await expect(block(page, "Nodes")).toContainText("2 of 2 observed");
});

test("preflight passes what was seen and does not know what was not", async ({ page }) => {
  await open(page, "eu");
  for (const title of ["Relay reachable", "Policy verdict events", "Verdicts name", "Tags seen"]) {
    await expect(check(page, title).getByRole("img", { name: "Passed:" })).toBeVisible();
  }
  await expect(check(page, "TLS name").getByRole("img", { name: "Does not apply:" })).toBeVisible();
  await expect(check(page, "DNS names").getByRole("img", { name: "Not known yet:" })).toBeVisible();
  await check(page, "Relay reachable").getByText("Relay reachable").click();
  await expect(check(page, "Relay reachable")).toContainText("hubble.relay.enabled: true");
});

test("an exporter of drop events only is told what is lacking and which setting gives it", async ({
  page,
}) => {
  await open(page, "node-logs");
  const verdicts = check(page, "Policy verdict events");
  await expect(verdicts.getByRole("img", { name: "Not passed:" })).toBeVisible();
  await expect(verdicts).toContainText("None, but 40 drop events with a policy's reason came");
  await expect(verdicts).toContainText("hubble.export.dynamic.config.content");
  await expect(check(page, "Relay reachable")).toContainText("Does not apply");
  await expect(block(page, "Joined from two flows")).toContainText("100 % alone");
  // What could not be read is shown as text, with what hides in it.
  const unreadable = block(page, "Not readable");
  await expect(unreadable).toContainText("<b>cut off</b>");
  await expect(unreadable.locator("b", { hasText: "cut off" })).toHaveCount(0);
  await expect(page.getByLabel("Can this be trusted?")).toContainText("let go or not readable");
});

test("a certificate is told with its dates before it expires", async ({ page }) => {
  await open(page, "us");
  const certificates = block(page, "Certificates");
  await expect(certificates).toContainText("CN=relay");
  await expect(certificates).toContainText("*.hubble-relay.cilium.io");
  await expect(certificates).toContainText(/[45] days left/);
  await expect(check(page, "TLS name")).toContainText(`${RELAY_NAME} is among`);
});

test("lost events are an upper bound with place and time, and never a drop", async ({ page }) => {
  await open(page, "us");
  await expect(page.getByLabel("Can this be trusted?")).toContainText("Hubble reports none");
  const lost = { source: "OBSERVER_EVENTS_QUEUE", num_events_lost: "1234" };
  us.emitLost("us/node-1", messageFromJson("flow.LostEvent", lost) as LostEvent);
  const losses = block(page, "Lost, as Hubble says");
  await expect(losses).toContainText("at most 1,234 events of any kind");
  await expect(losses).toContainText("the agent's queue");
  await expect(losses).toContainText("us/node-1");
  await expect(page.getByLabel("Can this be trusted?")).toContainText("Totals read “at least”");
  expect((await sourceOf("us")).received).toBe(0);
});

test("a source that is down says why, when it is tried again, and comes back by itself", async ({
  page,
}) => {
  await open(page, "away");
  const main = page.getByRole("main");
  await expect(main).toContainText(/Connection refused at 127\.0\.0\.1:\d+: nothing listens there/);
  await expect(main).toContainText("disconnected");
  await expect(
    check(page, "Relay reachable").getByRole("img", { name: "Not passed:" }),
  ).toBeVisible();
  await expect(page.getByLabel("Can this be trusted?")).toContainText("away delivers nothing now");
  await expect(block(page, "What went wrong")).toContainText("Connection refused");

  await away.start();
  await expect(check(page, "Relay reachable").getByRole("img", { name: "Passed:" })).toBeVisible({
    timeout: 60_000,
  });
  await expect(block(page, "Nodes")).toContainText("ap/node-1");
  await expect(page.getByLabel("Can this be trusted?")).not.toContainText("away");
  for (const flow of dnsQuestion()) away.emit(flow, "ap/node-1");
  await expect(
    block(page, "Where every flow went").getByRole("row", { name: /received/ }),
  ).toContainText("2");
  // What went wrong stays told.
  await expect(block(page, "What went wrong")).toContainText("Connection refused");
});

test("a node that Relay does not reach is named, and the totals say so", async ({ page }) => {
  await open(page, "eu");
  await expect(block(page, "Nodes")).toContainText("2 of 2 observed");
  // The relay's next status says again that all is well: told until the page has shown it.
  await expect(async () => {
    eu.emitNodeStatus(NodeState.NODE_UNAVAILABLE, ["demo/worker-2"]);
    const soon = { timeout: 5_000 };
    await expect(
      check(page, "All nodes observed").getByText("1 of 2 nodes not observed: demo/worker-2."),
    ).toBeVisible(soon);
    await expect(
      block(page, "Nodes").getByRole("row", { name: /worker-2 not observed/ }),
    ).toBeVisible(soon);
    await expect(page.getByLabel("Can this be trusted?").getByText("of 4")).toBeVisible(soon);
    await expect(page.getByLabel("Can this be trusted?")).toContainText("at least", soon);
  }).toPass({ timeout: 60_000 });
  eu.emitNodeStatus(NodeState.NODE_CONNECTED, ["demo/worker-2"]);
  await expect(block(page, "Nodes")).toContainText("2 of 2 observed");
});

test("metrics tell the same account, behind the same guards", async () => {
  const answer = await fetch(`${server.url}/metrics`);
  expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const text = await answer.text();
  const { received } = await sourceOf("eu");
  expect(text).toContain(`droplens_flows_received_total{source="eu"} ${received}\n`);
  expect(text).toContain('droplens_upstream_lost_events_max_total{source="us"} 1234\n');
  expect(text).toMatch(
    /droplens_tls_certificate_expiry_timestamp_seconds\{source="us",cert="server"\} \d{10}\n/,
  );
  expect(text).toMatch(/droplens_event_loop_delay_p99_seconds \d/);
  const foreign = await fetch(`${server.url}/metrics`, {
    headers: { "sec-fetch-site": "cross-site" },
  });
  expect(foreign.status).toBe(403);
});

for (const theme of ["light", "dark"] as const) {
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    test(`axe finds nothing to complain of: ${theme}, ${size.width} wide`, async ({ page }) => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      for (const id of ["eu", "us", "node-logs"]) {
        await open(page, id);
        await expect(block(page, "Preflight")).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`),
          id,
        ).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBeLessThanOrEqual(0);
      }
    });
  }
}

test("a server that goes away is told, and what stands there is told to be old", async ({
  page,
}) => {
  await open(page, "eu");
  await expect(block(page, "Preflight")).toBeVisible();
  await page.route("**/api/sources", (route) => route.abort());
  await expect(page.getByText(/Droplens did not answer/)).toBeVisible({ timeout: 30_000 });
  await expect(block(page, "Preflight")).toBeVisible();
  await page.unroute("**/api/sources");
  await expect(page.getByText(/Droplens did not answer/)).toHaveCount(0, { timeout: 30_000 });
  await until(async () => (await sourceOf("eu")).in_flight === 0);
});
