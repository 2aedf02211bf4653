import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { droplensForThisFile } from "./droplens";
import { ago, dnsQuestion, synFrom } from "./packets";

const droplens = droplensForThisFile();
let folder: string;

test.beforeAll(() => {
  const verdict = { egress_denied_by: [METADATA_POLICY], policy_log: ["imds_blocked"] };
  const flows = [
    ...dnsQuestion(ago(60_000)),
    ...synFrom("storefront", 41_000, ago(50_000)),
    ...metadataPacket(ago(40_000), 42_000, verdict),
  ];
  for (const flow of flows) droplens.relay.emit(flow);
  folder = mkdtempSync(join(tmpdir(), "hubble-"));
  const program = `#!${process.execPath}\nconsole.log(JSON.stringify(["hubble", ...process.argv.slice(2)]));\n`;
  writeFileSync(join(folder, "hubble"), program);
  chmodSync(join(folder, "hubble"), 0o755);
});

test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a program of the name `hubble` is given when a real shell runs the command. */
function argumentsOf(command: string, shell: string): string[] {
  const env = { ...process.env, PATH: `${folder}:/usr/bin:/bin` };
  return JSON.parse(execFileSync(shell, ["-c", command], { encoding: "utf8", env }));
}

async function open(page: Page, q = ""): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${droplens.server.url}/?q=${encodeURIComponent(q).replaceAll("%3A", ":")}`);
  await expect(page.getByRole("button", { name: "From Hubble" })).toBeEnabled();
}

const copyDialog = (page: Page) => page.getByRole("dialog", { name: "Copy this query for Hubble" });
const pasteDialog = (page: Page) => page.getByRole("dialog", { name: "From Hubble" });

async function openCopy(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Copy as: this query" }).click();
  await expect(copyDialog(page).getByRole("tablist")).toBeVisible();
}

async function paste(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "From Hubble" }).click();
  await pasteDialog(page).getByRole("textbox").fill(text);
}

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

for (const shell of ["/bin/sh", "/bin/bash"].filter((path) => existsSync(path))) {
  test(`the copied command means the same to ${shell} as to the eye`, async ({ page }) => {
    const tag = `it's "$(touch ${folder}/never)" \`id\` ;|& $HOME \\`;
    await open(page, `src.ns:shop tag:"${tag.replace(/["\\]/g, "\\$&")}"`);
    await openCopy(page);
    const shown = await copyDialog(page).getByRole("textbox", { name: "Command" }).inputValue();
    await copyDialog(page).getByRole("button", { name: "Copy Command" }).click();
    await expect(copyDialog(page).getByRole("button", { name: "Copied" })).toBeVisible();
    expect(await clipboard(page)).toBe(shown);
    const given = argumentsOf(shown, shell);
    expect(given.slice(0, 4)).toEqual(["hubble", "observe", "--since", "1h"]);
    const expression = given[given.indexOf("--cel-expression") + 1] ?? "";
    expect(expression).toContain("$(touch");
    expect(expression).toContain("in _flow.policy_log");
    expect(given.slice(-2)).toEqual(["-o", "json"]);
  });
}

test("every form is one key away, copies what it shows, and is remembered", async ({ page }) => {
  await open(page, "verdict:AUDIT src.ns:shop");
  await openCopy(page);
  const tabs = copyDialog(page).getByRole("tab");
  await expect(tabs).toHaveText([
    "hubble observe",
    "Filters",
    "Exporter entry",
    "ConfigMap",
    "Helm values",
  ]);
  await expect(tabs.first()).toBeFocused();
  for (const beginning of ["--allowlist", "flowLogs:", "apiVersion: v1", "hubble:"]) {
    await page.keyboard.press("ArrowRight");
    const text = copyDialog(page).getByRole("textbox").first();
    await expect(text).toHaveValue(new RegExp(`^${beginning}`));
    await copyDialog(page)
      .getByRole("button", { name: /^Copy / })
      .first()
      .click();
    await expect.poll(() => clipboard(page)).toBe(await text.inputValue());
    await copyDialog(page).getByRole("tab", { selected: true }).focus();
  }
  await page.keyboard.press("Home");
  await expect(tabs.first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("End");
  await expect(tabs.last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(copyDialog(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Copy as: this query" })).toBeFocused();

  await page.reload();
  await openCopy(page);
  await expect(copyDialog(page).getByRole("tab", { selected: true })).toHaveText("Helm values");
});

test("the command follows on when asked to", async ({ page }) => {
  await open(page);
  await openCopy(page);
  await copyDialog(page)
    .getByRole("checkbox", { name: /new flows/ })
    .check();
  await expect(copyDialog(page).getByRole("textbox", { name: "Command" })).toHaveValue(/--follow/);
});

test("what Hubble cannot say is named beside the command", async ({ page }) => {
  await open(page, "certainty:reported src.pod:web-1 -tag:planned");
  await openCopy(page);
  const notes = copyDialog(page).getByRole("region", { name: "Notes" });
  await expect(notes.getByRole("status")).toHaveText(
    "1 warning, 1 left out, 1 only nearly the same",
  );
  await expect(notes.getByText("certainty:reported")).toBeVisible();
  await expect(notes.getByText("src.pod:web-1")).toBeVisible();
  await expect(notes.getByText(/drop events \(type 1\) of the same packets/)).toBeVisible();
});

test("a group and a series are copied by what they are", async ({ page }) => {
  await open(page);
  const row = page.getByRole("row").filter({ hasText: "azure-imds-deny" });
  await row.locator(".cell-count").click();
  const sheet = page.getByRole("complementary", { name: "Group details" });
  await sheet.getByRole("button", { name: "Copy as: this group" }).click();
  const group = page.getByRole("dialog", { name: "Copy this group for Hubble" });
  await expect(group.getByRole("textbox", { name: "Command" })).toHaveValue(/azure-imds-deny/);
  await expect(group.getByText(/^group:/)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(group).toHaveCount(0);
  await sheet.getByRole("button", { name: "Copy as: this series" }).first().click();
  const series = page.getByRole("dialog", { name: "Copy this series for Hubble" });
  await expect(series.getByRole("textbox", { name: "Command" })).toHaveValue(/--to-port/);
});

test("a pasted command becomes the query and its range", async ({ page }) => {
  await open(page, "port:53");
  await paste(
    page,
    "kubectl exec -n kube-system ds/cilium -- \\\n  hubble observe --verdict AUDIT \\\n  --from-namespace shop --http-status 404 --since 10m -o json | jq .",
  );
  const query = pasteDialog(page).getByRole("list", { name: "The query it means" });
  await expect(query.getByRole("listitem")).toHaveText(["verdict:AUDIT", "src.ns:shop"]);
  await expect(pasteDialog(page).getByText("--http-status 404", { exact: true })).toBeVisible();
  await pasteDialog(page).getByRole("button", { name: "Apply" }).click();
  await expect(pasteDialog(page)).toHaveCount(0);
  await expect(page).toHaveURL(/\?q=verdict:AUDIT\+src\.ns:shop&range=15m$/);
});

test("pasted filters are added to the query there is", async ({ page }) => {
  await open(page, "port:53");
  await paste(page, '{"verdict":["DROPPED"],"source_pod":["shop/"]}');
  await pasteDialog(page).getByRole("button", { name: "Add" }).click();
  await expect(page).toHaveURL(/\?q=port:53\+verdict:DROPPED\+src\.ns:shop$/);
  await page.goBack();
  await expect(page).toHaveURL(/\?q=port:53$/);
});

test("a filter that Hubble refuses is understood, and the form that works is given", async ({
  page,
}) => {
  await open(page);
  await page.getByRole("button", { name: "From Hubble" }).click();
  await pasteDialog(page).getByRole("button", { name: "CEL on tags" }).click();
  const query = pasteDialog(page).getByRole("list", { name: "The query it means" });
  await expect(query.getByRole("listitem")).toHaveText(["verdict:DROPPED", "-tag:*expected"]);
  await expect(pasteDialog(page).getByText(/Hubble refuses endsWith on policy_log/)).toContainText(
    "_flow.policy_log.exists(x, x.endsWith('expected'))",
  );
});

test("what cannot be read is said with its place, and nothing is applied", async ({ page }) => {
  await open(page, "port:53");
  await paste(page, "hubble observe --verdict DROPPED \\\n  --verdict WRONG");
  const alert = pasteDialog(page).getByRole("alert");
  await expect(alert).toContainText("Line 2, character 13");
  await expect(alert).toContainText("WRONG");
  await expect(pasteDialog(page).getByRole("button", { name: "Apply" })).toBeDisabled();
  await expect(pasteDialog(page).getByRole("button", { name: "Add" })).toBeDisabled();
  await alert.getByRole("button", { name: "Show the place" }).click();
  const area = pasteDialog(page).getByRole("textbox");
  await expect(area).toBeFocused();
  const chosen = await area.evaluate((element: HTMLTextAreaElement) =>
    element.value.slice(element.selectionStart, element.selectionEnd),
  );
  expect(chosen).toBe("WRONG");
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\?q=port/);
});

for (const theme of ["light", "dark"] as const) {
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    test(`axe finds nothing in the dialogs: ${theme}, ${size.width} wide`, async ({ page }) => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      const check = async () => {
        const { violations } = await new AxeBuilder({ page }).include("dialog[open]").analyze();
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`),
        ).toEqual([]);
        const overflow = await page.evaluate(() => {
          const dialog = document.querySelector("dialog[open]");
          return dialog === null ? 0 : dialog.scrollWidth - dialog.clientWidth;
        });
        expect(overflow).toBeLessThanOrEqual(0);
      };
      await open(page, "certainty:reported src.pod:web-1 -tag:planned");
      await openCopy(page);
      await check();
      await copyDialog(page).getByRole("tab", { name: "ConfigMap" }).click();
      await expect(copyDialog(page).getByRole("textbox")).toHaveValue(/flowlogs\.yaml/);
      await check();
      await page.keyboard.press("Escape");
      await paste(page, "hubble observe --verdict DROPPED --http-status 404 --since 1h");
      await expect(pasteDialog(page).getByRole("status")).toBeVisible();
      await check();
      await pasteDialog(page).getByRole("textbox").fill("hubble observe --verdict WRONG");
      await expect(pasteDialog(page).getByRole("alert")).toBeVisible();
      await check();
    });
  }
}
