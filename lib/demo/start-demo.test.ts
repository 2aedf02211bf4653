import { afterEach, describe, expect, it } from "vitest";
import type { ServerStatusResponse } from "@/lib/hubble/generated/observer/observer";
import { msOfTimestamp } from "@/lib/hubble/timestamp";
import { NODES } from "./cluster/inventory";
import { type Demo, type DemoOptions, startDemo } from "./start-demo";
import { collect, connectTo, requestOf, uuidsOf } from "./test-client";

const TRIAGE = { whitelist: [{ verdict: ["DROPPED", "AUDIT"] }] };

let demo: Demo | null = null;
afterEach(async () => {
  await demo?.close();
  demo = null;
});

async function start(options: DemoOptions) {
  demo = await startDemo(options);
  return { demo, client: connectTo(demo.address) };
}

describe("the demo", () => {
  it("has history up to its start on every node, in the order of time", async () => {
    const startMs = Date.now();
    const { client } = await start({ historyHours: 1.2 });
    const { responses } = await collect(client, requestOf(TRIAGE));
    client.close();
    const flows = responses.flatMap(({ flow }) => flow ?? []);
    const times = flows.map(({ time }) => (time ? msOfTimestamp(time) : 0));

    expect(responses[0]?.node_status?.node_names).toEqual(NODES.map(({ name }) => name));
    expect(new Set(flows.map(({ node_name }) => node_name)).size).toBe(3);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeLessThan(startMs - 3_600_000);
    expect(times.at(-1)).toBeGreaterThan(startMs - 60_000);
    expect(flows.every(({ verdict }) => verdict === 2 || verdict === 4)).toBe(true);
  });

  it("lives on: what follows has not been sent before", async () => {
    const { client } = await start({ historyHours: 0.01, rate: 20 });
    const past = uuidsOf((await collect(client, requestOf(TRIAGE))).responses);
    const live = await collect(
      client,
      requestOf({ ...TRIAGE, follow: true }),
      (all) => uuidsOf(all).length >= 10,
    );
    client.close();

    expect(uuidsOf(live.responses).filter((uuid) => past.includes(uuid))).toEqual([]);
  });

  it("says which Cilium it is of", async () => {
    const { client } = await start({ historyHours: 0, ciliumVersion: "1.20" });
    const answer = await new Promise<ServerStatusResponse>((resolve, reject) => {
      client.serverStatus({}, (error, response) => (error ? reject(error) : resolve(response)));
    });
    client.close();

    expect(answer.version).toBe("hubble-relay v1.20.1");
  });

  it("serves a load that a client can follow", async () => {
    const { client } = await start({ load: { series: 10, perSecond: 1000 } });
    const { responses } = await collect(
      client,
      requestOf({ ...TRIAGE, follow: true }),
      (all) => uuidsOf(all).length >= 100,
    );
    client.close();

    expect(new Set(uuidsOf(responses)).size).toBe(uuidsOf(responses).length);
  });
});
