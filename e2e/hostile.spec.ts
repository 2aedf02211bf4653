import { expect, test } from "@playwright/test";
import { refusedPacket } from "@/lib/live/hubble-flows";
import { droplensForThisFile } from "./droplens";
import { ago } from "./packets";

const droplens = droplensForThisFile();

/** Texts that would run, break out, hide or mislead if they were ever taken for anything but text. */
const CORPUS = [
  "<script>window.__hit=1</script>",
  "<img src=x onerror=window.__hit=1>",
  '"><svg onload=window.__hit=1>',
  "javascript:window.__hit=1",
  "{{constructor.constructor('window.__hit=1')()}}",
  "</script><script>window.__hit=1</script>",
  "prod\u202Edorp",
  "pa\u200Byments",
  "a\u0000b\u001b[2Jc\n\nevent: snapshot\ndata: {}",
  "\uD83D\uDE00\uFEFF",
  "'; DROP TABLE drops; --",
  "x".repeat(5_000),
];

/** The same hostile text in every string field that Hubble has. */
function hostilePacket(text: string, port: number) {
  const end = (pod: string) => ({
    ID: 5,
    identity: 40_000 + port,
    cluster_name: text,
    namespace: text,
    labels: [`k8s:app=${text}`, text],
    pod_name: `${pod}${text}`,
    workloads: [{ name: text, kind: text }],
  });
  return refusedPacket({
    time: ago(1_000),
    reason: "POLICY_DENY",
    source: end("a"),
    destination: end("b"),
    IP: { source: "10.0.0.1", destination: "10.0.0.2" },
    l4: { TCP: { source_port: 50_000 + port, destination_port: 443, flags: { SYN: true } } },
    node: `demo/${text}`,
    verdict: {
      policy_match_type: 1,
      source_names: [text],
      destination_names: [text],
      Summary: text,
      egress_denied_by: [
        { name: text, namespace: text, kind: text, labels: [text], revision: "1" },
      ],
      policy_log: [text],
      node_labels: [text],
      emitter: { name: text, version: text },
      source_service: { name: text, namespace: text },
      destination_service: { name: text, namespace: text },
      interface: { name: text },
      trace_context: { parent: { trace_id: text } },
      ethernet: { source: text, destination: text },
    },
  });
}

test("hostile text in every field is shown as text, and hidden characters are shown", async ({
  page,
}) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("dialog", (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  CORPUS.forEach((text, index) => {
    for (const flow of hostilePacket(text, index)) droplens.relay.emit(flow);
  });
  await page.goto(droplens.server.url);
  const rows = page.locator("[role=row][id^=group-]");
  await expect(rows).toHaveCount(CORPUS.length);

  const table = page.getByRole("grid", { name: "Groups" });
  await expect(table.getByText("prod\\u202Edorp").first()).toBeVisible();
  await expect(table.getByText("pa\\u200Byments").first()).toBeVisible();
  for (let index = 0; index < CORPUS.length; index += 1) {
    await rows.nth(index).locator(".cell-count").click();
    const sheet = page.getByRole("complementary", { name: "Group details" });
    await expect(sheet).toContainText("Verdict event");
    await sheet.locator("summary", { hasText: "Verdict event" }).click();
    await page.keyboard.press("Escape");
    await expect(sheet).toHaveCount(0);
  }
  const seen = await page.evaluate(() => ({
    hit: Reflect.get(window, "__hit") as unknown,
    elements: document.querySelectorAll("img, svg[onload], [onerror], a[href^='javascript:']")
      .length,
    // Controls but for white space, and format characters (bidi, zero-width).
    hidden: /[^\P{Cc}\s]|\p{Cf}/u.test(document.querySelector("main")?.textContent ?? ""),
  }));
  expect(seen).toEqual({ hit: undefined, elements: 0, hidden: false });
  expect(errors).toEqual([]);
});

test("one hostile text is one event of the stream", async () => {
  const abort = new AbortController();
  const answer = await fetch(`${droplens.server.url}/api/live?range=1h`, { signal: abort.signal });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const reader = answer.body?.getReader();
  let text = "";
  while (!/event: snapshot\ndata: .*\n\n/.test(text)) {
    const { value } = (await reader?.read()) ?? {};
    text += new TextDecoder().decode(value);
  }
  abort.abort();
  const events = [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1]);
  expect(events.filter((name) => name === "snapshot")).toHaveLength(1);
});
