import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { droplensForThisFile } from "./droplens";
import { freePort, runToEnd, startDroplens } from "./droplens-server";

const droplens = droplensForThisFile();

const folder = () => mkdtempSync(join(tmpdir(), "droplens-start-"));

async function refused(environment: Record<string, string>, args: string[] = []): Promise<string> {
  const port = String(await freePort());
  const { code, output } = await runToEnd(
    { PORT: port, DROPLENS_DATA_DIR: folder(), ...environment },
    args,
  );
  expect(code, output).toBe(2);
  return output;
}

test("F70 config error: wrong values stop the start with the name, what was given and what is allowed", async () => {
  expect(await refused({ DROPLENS_RETENTION_DAYS: "a month" })).toContain(
    'DROPLENS_RETENTION_DAYS is "a month": it must be a whole number of days from 1 to 3650.',
  );
  expect(await refused({ PORT: "http" })).toContain('PORT is "http": it must be a port');
  expect(await refused({ HUBBLE_SERVER: "relay.kube-system" })).toMatch(
    /HUBBLE_SERVER is "relay.kube-system".*port/s,
  );
  expect(await refused({ HUBBLE_SERVER: "relay:80", HUBBLE_TLS: "maybe" })).toMatch(
    /HUBBLE_TLS is "maybe"/,
  );
});

test("F70 config error: a bad block of addresses and an unknown key are named with an example", async () => {
  const proxied = { DROPLENS_AUTH: "proxy", DROPLENS_AUTH_TRUSTED: "10.0.0.0/40" };
  expect(await refused(proxied)).toMatch(/DROPLENS_AUTH_TRUSTED is "10.0.0.0\/40".*such as/s);
  const file = join(folder(), "sources.yaml");
  writeFileSync(file, "sources:\n  - id: one\n    relay: { server: 'relay:80', tsl: true }\n");
  expect(await refused({ DROPLENS_CONFIG: file })).toMatch(/sources\[0\].*tsl/s);
});

test("F70 config error: --check-config says the same, and opens nothing", async () => {
  const check = ["--check-config"];
  const kept = droplens.server.dataDir;
  expect(await refused({ DROPLENS_RETENTION_DAYS: "-1" }, check)).toContain(
    "a whole number of days from 1 to 3650",
  );
  expect(await refused({ HUBBLE_SERVER: "relay" }, check)).toContain('HUBBLE_SERVER is "relay"');
  const missing = "/nowhere/sources.yaml";
  expect(await refused({ DROPLENS_CONFIG: missing }, check)).toContain(`cannot read ${missing}`);
  expect(await refused({}, [...check, "--replay", "/nowhere/a"])).toContain("/nowhere/a");
  // Neither the port nor the folder of the server that runs is in the way.
  const { code, output } = await runToEnd(
    { PORT: String(droplens.server.port), DROPLENS_DATA_DIR: kept, HUBBLE_SERVER: "relay:80" },
    check,
  );
  expect(code, output).toBe(0);
  expect(output).toContain("the configuration can be used");
  expect(output).toContain("relay:80");
});

test("a demo is kept apart from real drops, however it is asked for", async () => {
  for (const yes of ["true", "1"]) {
    const asked = { DROPLENS_DEMO: yes, DROPLENS_DATA_DIR: "", PORT: String(await freePort()) };
    const { output } = await runToEnd(asked, ["--check-config"]);
    expect(output).toMatch(/Data: .*\.droplens\/demo\.\n/);
  }
});

test("the library that decodes images, which nobody needs here, is not part of what runs", () => {
  const packages = readdirSync(".next/standalone/node_modules");
  expect(packages).toContain("next");
  expect(packages).not.toContain("sharp");
  expect(packages).not.toContain("@img");
});

test("a replay file that cannot be read or holds nothing is named", async () => {
  expect(await refused({}, ["--replay", "/nowhere/flows.jsonl"])).toContain("/nowhere/flows.jsonl");
  const file = join(folder(), "flows.jsonl");
  writeFileSync(file, "this is no JSON\nnor this\n");
  expect(await refused({}, ["--replay", file])).toMatch(/no Hubble record in 2 lines/);
  expect(await refused({}, ["--speed", "2"])).toContain("--replay");
});

test("a port in use is named, and so is a path that is no folder", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((ready) => taken.once("listening", ready));
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  expect(await refused({ PORT: String(port) })).toContain(`port ${port} on 127.0.0.1 is in use`);
  taken.close();
  const file = join(folder(), "file");
  writeFileSync(file, "");
  expect(await refused({ DROPLENS_DATA_DIR: file })).toContain(`${file} is a file, not a folder`);
  expect(await refused({ DROPLENS_RETENTION_SIZE: "20 GB" })).toContain("such as 20GiB");
});

test("other machines are refused unless the operator insists", async () => {
  expect(await refused({ DROPLENS_HOST: "0.0.0.0" })).toContain("DROPLENS_UNSAFE_NO_AUTH=true");
});

test("by default only loopback is listened on", async () => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one !== undefined && !one.internal && one.family === "IPv4");
  // biome-ignore lint/suspicious/noSkippedTests: a machine may have loopback only.
  test.skip(outside === undefined, "this machine has no address but loopback");
  const reached = await fetch(`http://${outside?.address}:${droplens.server.port}/healthz`).then(
    () => true,
    () => false,
  );
  expect(reached).toBe(false);
});

test("a host name that is not ours, a method and headers that pages have no use for are refused", async () => {
  const ask = (path: string, method: string, headers: Record<string, string>) =>
    new Promise<number>((done, fail) => {
      const sent = httpRequest(
        { host: "127.0.0.1", port: droplens.server.port, path, method, headers },
        (answer) => {
          answer.resume();
          done(answer.statusCode ?? 0);
        },
      );
      sent.on("error", fail).end();
    });
  for (const path of ["/", "/api/groups", "/api/live", "/healthz"]) {
    expect(await ask(path, "GET", { host: "evil.test" }), path).toBe(421);
  }
  expect(await ask("/", "POST", {})).toBe(405);
  expect(await ask("/", "DELETE", {})).toBe(405);
  expect(await ask("/", "GET", { "next-action": "x" })).toBe(400);
  expect(await ask("/api/groups", "GET", { "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await ask("/api/groups", "POST", {})).toBe(405);
  expect(await ask("/api/live", "HEAD", {})).toBe(400);
  expect(await ask("/_next/image?url=%2Fx&w=64&q=1", "GET", {})).toBe(404);
});

test("pages carry a strict policy with a nonce of their own", async ({ page }) => {
  const violations: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) violations.push(message.text());
  });
  const answer = await page.goto(droplens.server.url);
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src 'nonce-[A-Za-z0-9+/=]+' 'strict-dynamic';/);
  expect(policy).not.toContain("unsafe");
  const again = await page.request.get(droplens.server.url);
  expect(again.headers()["content-security-policy"]).not.toBe(policy);
  await expect(page.getByLabel("Stream")).toContainText("Live");
  expect(violations).toEqual([]);
});

test("TLS towards a relay without it is named for what it is", async ({ request }) => {
  const server = await startDroplens({ HUBBLE_SERVER: `tls://${droplens.relay.address}` });
  try {
    await expect
      .poll(
        async () =>
          (await (await request.get(`${server.url}/api/sources`)).json()).sources[0].message,
        { timeout: 20_000 },
      )
      .toMatch(/without TLS|TLS is on here/);
  } finally {
    await server.dispose();
  }
});

test("the demo starts with one command and shows groups by policy and tag", async ({ page }) => {
  const server = await startDroplens({}, ["--demo"]);
  try {
    await page.goto(server.url);
    // A day of history comes first, which takes a slow machine a while.
    const row = page.getByRole("row").filter({ hasText: "azure-imds-deny" });
    await expect(row).toBeVisible({ timeout: 45_000 });
    await expect(
      page.getByRole("row").filter({ hasText: "ccnp_egress_denied_azure_imds" }),
    ).toBeVisible();
    await expect(
      page.getByRole("row").filter({ hasText: "default-deny of productpage-v1" }),
    ).toBeVisible();
  } finally {
    await server.dispose();
  }
});

test("a recording of long ago is one click away from its empty last hour", async ({ page }) => {
  const server = await startDroplens({}, ["--replay", "lib/hubble/fixtures/flows-real.jsonl"]);
  try {
    await page.goto(server.url);
    await page.getByRole("button", { name: /Look at the newest drop/ }).click();
    await expect(
      page.getByRole("row").filter({ hasText: "default-deny of api-gateway" }),
    ).toBeVisible();
  } finally {
    await server.dispose();
  }
});

test("no secret of the environment reaches a page or a script", async () => {
  const canary = "canary-7f3a9c";
  const server = await startDroplens({
    HUBBLE_SERVER: "tls://127.0.0.1:1",
    HUBBLE_BASIC_AUTH_USERNAME: "ada",
    HUBBLE_BASIC_AUTH_PASSWORD: canary,
  });
  try {
    for (const path of ["/", "/api/sources", "/api/groups", "/readyz"]) {
      expect(await (await fetch(server.url + path)).text(), path).not.toContain(canary);
    }
    expect(server.output()).not.toContain(canary);
    expect(
      execFileSync("grep", ["-rlc", canary, ".next/static"], { encoding: "utf8" }).trim(),
    ).toBe("");
  } catch (error) {
    // grep ends with 1 when it finds nothing.
    if ((error as { status?: number }).status !== 1) throw error;
  } finally {
    await server.dispose();
  }
});
