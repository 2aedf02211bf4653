/** CPU of Droplens over a real gRPC connection, against a client that only counts what it receives. */
import { startChild } from "./child";
import type { ClientKind, ClientRequest, Measured } from "./relay-client-child";
import { type Figure, median, type Report } from "./report";
import type { RelayRequest } from "./sending";

const KINDS: readonly ClientKind[] = ["count", "live", "store"];
const WORDS: Record<ClientKind, string> = {
  count: "a client that only counts",
  live: "up to the live view",
  store: "with storing",
};
const TARGETS: Record<ClientKind, number | undefined> = { count: undefined, live: 4, store: 8 };

const RUNS = 3;
const WARM_UP = 2;
const ROUNDS = 3;
const DROPS = 40_000;
/** Those drops lie in so much flow time, which ends now. */
const OVER_MS = 4_000;
const PACED_DROPS_PER_SECOND = 10_000;
const PACED_MS = 8_000;

type Costs = Record<ClientKind, { burst: number[]; paced: number[] }>;

export async function benchRelay(): Promise<Report> {
  const costs: Costs = {
    count: { burst: [], paced: [] },
    live: { burst: [], paced: [] },
    store: { burst: [], paced: [] },
  };
  let shed = 0;
  for (let run = 0; run < RUNS; run++) {
    for (const kind of KINDS) shed += await measure(kind, costs[kind]);
  }
  return {
    name: "relay",
    about: `client CPU per message over gRPC from another process, medians of ${RUNS} alternating runs`,
    figures: [
      ...figuresOf(costs, "burst", "as fast as it comes"),
      ...figuresOf(costs, "paced", `at ${PACED_DROPS_PER_SECOND} drops/s`),
      { what: "flows shed by a full queue", value: shed, unit: "" },
    ],
  };
}

/** One run of one kind; answers how many flows a full queue let go. */
async function measure(kind: ClientKind, costs: Costs[ClientKind]): Promise<number> {
  const relay = startChild("relay-server");
  const client = startChild("relay-client-child");
  const toRelay = (request: RelayRequest) => relay.ask<number>(request);
  const toClient = (request: ClientRequest) => client.ask<Measured>(request);
  const port = await toRelay({ do: "listen" });
  await toClient({ do: "connect", kind, port });
  const burst: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    await toClient({ do: "mark" });
    const sent = await toRelay({ do: "send", drops: DROPS, overMs: OVER_MS });
    const { micros, messages } = await toClient({ do: "settle", received: sent });
    if (round >= WARM_UP) burst.push(micros / messages);
  }
  costs.burst.push(median(burst));
  await toRelay({ do: "pace", dropsPerSecond: PACED_DROPS_PER_SECOND });
  await toClient({ do: "mark" });
  await new Promise((later) => setTimeout(later, PACED_MS));
  const sent = await toRelay({ do: "pace", dropsPerSecond: 0 });
  const { micros, messages, shed } = await toClient({ do: "settle", received: sent });
  costs.paced.push(micros / messages);
  await toClient({ do: "stop" });
  await Promise.all([client.end(), relay.end()]);
  return shed;
}

function figuresOf(costs: Costs, how: "burst" | "paced", words: string): Figure[] {
  const figures: Figure[] = [];
  for (const kind of KINDS) {
    const value = median(costs[kind][how]);
    figures.push({ what: `${words}: ${WORDS[kind]}`, value, unit: "us" });
  }
  for (const kind of ["live", "store"] as const) {
    const ratios = costs[kind][how].map(
      (cost, run) => cost / (costs.count[how][run] ?? Number.NaN),
    );
    const target = how === "burst" ? TARGETS[kind] : undefined;
    figures.push({
      what: `${words}: ${WORDS[kind]} / counting`,
      value: median(ratios),
      unit: "",
      ...(target === undefined ? {} : { atMost: target }),
    });
  }
  return figures;
}
