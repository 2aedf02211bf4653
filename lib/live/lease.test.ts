import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SampleServer, startSampleServer } from "@/lib/store/sample-clickhouse-server";
import { openStore, type Store } from "@/lib/store/store";
import { LEASE_TIMING, type Lease, tryLease, withLease } from "./lease";

/** Its claims run out soon, by the server's own clock. */
const SHORT = { timing: { ttlMs: 400, holdMs: LEASE_TIMING.holdMs } };

let server: SampleServer;
let store: Store;

beforeAll(async () => {
  server = await startSampleServer();
  store = await openStore({ dataDir: "", server: await server.address() });
});

afterAll(async () => {
  await store.close();
  await server.stop();
});

const wanting = (name: string, replica: string, more = {}) => ({
  claims: store,
  name,
  replica,
  ...more,
});

async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
  }
}

describe("a lease", () => {
  it("is held by one of many who want it at once, however often they try", async () => {
    for (let round = 0; round < 2; round += 1) {
      const names = Array.from({ length: 6 }, (_, at) => `replica-${at}`);
      const leases = await Promise.all(names.map((name) => tryLease(wanting(`r${round}`, name))));
      const held = leases.filter((lease) => lease !== null);
      expect(held.length).toBeLessThanOrEqual(1);
      for (const lease of held) await lease.release();
    }
  });

  it("is refused while another has it, and free at once when that lets go", async () => {
    const first = await tryLease(wanting("one", "a"));
    expect(first?.state).toBe("held");
    expect(await tryLease(wanting("one", "b"))).toBeNull();
    await first?.release();
    expect(first?.state).toBe("lost");
    expect((await tryLease(wanting("one", "b")))?.state).toBe("held");
  });

  it("of a holder that is gone runs out by the server's clock", async () => {
    await tryLease(wanting("gone", "a", SHORT));
    const next = await eventually(() => tryLease(wanting("gone", "b", SHORT)));
    expect(next.state).toBe("held");
  });

  it("is unsure when it was not renewed in time, and held again when nobody took it", async () => {
    let now = 0;
    const lease = await tryLease(wanting("late", "a", { monotonicMs: () => now }));
    now += LEASE_TIMING.holdMs;
    expect(lease?.state).toBe("unsure");
    expect(await lease?.renew("")).toBe("held");
    expect(lease?.state).toBe("held");
  });

  it("is lost when another took it meanwhile, who keeps it", async () => {
    let now = 0;
    const lease = await tryLease(wanting("taken", "a", { ...SHORT, monotonicMs: () => now }));
    const next = await eventually(() => tryLease(wanting("taken", "b", SHORT)));
    now += LEASE_TIMING.ttlMs;
    expect(await lease?.renew("")).toBe("lost");
    expect(await next.renew("")).toBe("held");
  });

  it("tells others what its holder says", async () => {
    const lease = (await tryLease(wanting("told", "a"), "first")) as Lease;
    await lease.renew("second");
    const claims = await store.liveClaims("told", LEASE_TIMING.ttlMs);
    expect(claims).toMatchObject([{ name: "told", body: "second" }]);
  });
});

describe("work under a lease", () => {
  it("is done by one at a time, and by everyone in the end", async () => {
    let inside = 0;
    let most = 0;
    const done: number[] = [];
    const work = (number: number) => () =>
      store.logHeads().then(() => {
        done.push(number);
      });
    await Promise.all(
      [1, 2, 3, 4].map((number) =>
        withLease(wanting("work", `replica-${number}`), async () => {
          inside += 1;
          most = Math.max(most, inside);
          await work(number)();
          inside -= 1;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(done.sort()).toEqual([1, 2, 3, 4]);
  });
});
