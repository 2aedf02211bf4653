import { afterEach, describe, expect, it } from "vitest";
import { COREDNS, PRODUCTPAGE, refusedPacket } from "@/lib/live/hubble-flows";
import { type FaultSystem, type FaultSystemOptions, startFaultSystem } from "./system";

let system: FaultSystem | null = null;

async function start(options: FaultSystemOptions = {}): Promise<FaultSystem> {
  system = await startFaultSystem(options);
  return system;
}

afterEach(async () => {
  await system?.dispose();
  system = null;
});

const isConnected = ({ state }: { state: string }) => state === "connected";

function _packet() {
  return refusedPacket({
    time: new Date().toISOString(),
    reason: "POLICY_DENIED",
    source: PRODUCTPAGE,
    destination: COREDNS,
    IP: { source: "10.244.2.148", destination: "10.244.0.10" },
    l4: { UDP: { source_port: 40789, destination_port: 53 } },
  });
}

describe("faults of the way to a relay", () => {
  it("F01 Relay down at start: the cause and the next try are told, history and pages are there", async () => {
    const { until, runtime, proxy, gaps } = await start({ isStopped: true }).then(async (one) => {
      await one.proxy.refuse();
      await one.start();
      return one;
    });
    const source = await until("refused", ({ message }) =>
      message.startsWith("Connection refused"),
    );
    expect(source).toMatchObject({ state: "disconnected", received: 0 });
    expect(source.message).toContain(`localhost:${proxy.port}: nothing listens there`);
    expect(runtime.readiness()).toMatchObject({ ready: true, checks: { store: "ok" } });
    expect((await gaps()).at(-1)?.refilled).toBe(false);
    await proxy.accept();
    await until("connected", isConnected);
  });
});
