/** Expectations from a folder, at the real server: read, read again, reported, only read. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import type { ExpectationList } from "@/lib/expectations/view";
import { droplensForThisFile } from "./droplens";
import { startDroplens, until } from "./droplens-server";

const droplens = droplensForThisFile();

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const file = (query: string) => `version: 1
expectations:
  - id: telemetry
    query: ${query}
    reason: Telemetry is blocked on purpose.
    expiresAt: ${inDays(30)}
`;

test("a folder of files is followed, and never written to", async () => {
  const folder = mkdtempSync(join(tmpdir(), "droplens-git-"));
  const put = (text: string) => writeFileSync(join(folder, "telemetry.yaml"), text);
  put(file("dst.fqdn:*.telemetry.example.com"));
  const server = await startDroplens({
    HUBBLE_SERVER: droplens.relay.address,
    DROPLENS_EXPECTATIONS_DIR: folder,
  });
  const list = async (): Promise<ExpectationList> =>
    (await fetch(`${server.url}/api/expectations`)).json();
  const first = async () => (await list()).expectations.find(({ id }) => id === "telemetry");
  try {
    await until(async () => (await first())?.file === "telemetry.yaml");

    put(file("port:9200"));
    await until(async () => (await first())?.query === "port:9200");
    const { version } = (await first()) ?? { version: 0 };
    const refused = await fetch(`${server.url}/api/expectations/telemetry`, {
      method: "PATCH",
      headers: { origin: server.url, "content-type": "application/json" },
      body: JSON.stringify({ version, mode: "trial" }),
    });
    expect(refused.status).toBe(409);
    expect((await refused.json()).detail).toContain("comes from the file telemetry.yaml");

    put(file("colour:red"));
    await until(async () => (await list()).problems.length > 0);
    expect((await list()).problems.join()).toContain("telemetry.yaml, line 4");
    expect((await first())?.revokedAt).not.toBeNull();

    put(file("port:9200"));
    await until(async () => (await first())?.revokedAt === null);
    expect((await list()).problems).toEqual([]);
    expect(readdirSync(folder)).toEqual(["telemetry.yaml"]);
  } finally {
    await server.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
});
