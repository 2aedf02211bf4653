import { COREDNS, METADATA_POLICY, metadataPacket, PRODUCTPAGE, refusedPacket } from "@/lib/live/hubble-flows";
import { expect, test } from "./droplens";

const now = (agoMs = 0) => new Date(Date.now() - agoMs).toISOString();

const dns = (time: string) =>
  refusedPacket({
    time,
    reason: "POLICY_DENIED",
    source: PRODUCTPAGE,
    destination: COREDNS,
    IP: { source: "10.244.2.148", destination: "10.244.0.10" },
    l4: { UDP: { source_port: 40789, destination_port: 53 } },
  });

test("a refused packet appears within seconds, once, under what denied it", async ({ page, droplens }) => {
  const { relay, server } = droplens;
  await page.goto(server.url);
  await expect(page.getByText(/nothing .*dropped|nothing unexpected/i).first()).toBeVisible();
  for (const flow of dns(now())) relay.emit(flow);
  await expect(page.getByText("default-deny of productpage-v1").first()).toBeVisible();
  await page.screenshot({ path: "test-results/live.png" });
});
