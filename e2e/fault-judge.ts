/**
 * The real server over a relay with a ledger, and the judge over HTTP: what the relay handed out
 * against the accounts of /api/sources, what an export gives back, and what a page shows.
 */

import { type Case, type Epoch, judgeCase, type Tally } from "@/lib/faults/judge";
import { type LedgerRelay, startLedgerRelay } from "@/lib/faults/ledger-relay";
import { outcomesOf, type SourceReport } from "@/lib/faults/read-back";
import { decodeLine } from "@/lib/hubble/decode";
import { type DroplensServer, startDroplens, until } from "./droplens-server";

export type Judged = {
  readonly relay: LedgerRelay;
  readonly server: DroplensServer;
  source(): Promise<SourceReport>;
  /** Waits until the source has stored all drops that were sent, or counted them otherwise. */
  settled(): Promise<void>;
  /** Drops in the last so many minutes, as a view of the past counts them. */
  dropsOf(query?: string): Promise<number>;
  /** Ends the server as an operator does, and starts it again over the same folder. */
  restart(): Promise<void>;
  /** Throws with complaints. Not for servers that were killed: their last counts are not known. */
  judge(): Promise<Tally>;
  /** Judges and ends both. */
  dispose(): Promise<void>;
};

export async function startJudged(
  environment: Record<string, string> = {},
  options: { through?: readonly string[] } = {},
): Promise<Judged> {
  const relay = await startLedgerRelay();
  const server = await startDroplens(
    {
      HUBBLE_SERVER: `localhost:${relay.port}`,
      DROPLENS_PAIR_WINDOW_MS: "100",
      ...environment,
    },
    [],
    options.through,
  );
  const epochs: Epoch[] = [];
  /** Received by those that were ended, each flow once. */
  let before = 0;
  const receivedOnce = ({ received, duplicate }: SourceReport) => received - duplicate;
  const json = async (path: string) => (await fetch(server.url + path)).json();
  const source = async (): Promise<SourceReport> => (await json("/api/sources")).sources[0];

  async function settled(): Promise<void> {
    await until(async () => {
      const now = await source();
      const isAll = before + receivedOnce(now) >= relay.ledger.entries.size;
      return isAll && now.in_flight === 0;
    }, 30_000);
  }

  async function readBack(): Promise<Pick<Case, "drops" | "stored">> {
    const answer = await fetch(`${server.url}/api/export?range=24h&format=jsonl`);
    const stored = new Map<string, unknown[]>();
    for (const line of (await answer.text()).split("\n").filter((text) => text !== "")) {
      const event = decodeLine(line);
      const uuid = event.kind === "flow" ? event.flow.uuid : `unreadable: ${line.slice(0, 80)}`;
      stored.set(uuid, [...(stored.get(uuid) ?? []), JSON.parse(line).flow]);
    }
    return { drops: Number(answer.headers.get("x-droplens-drops")), stored };
  }

  async function restart(): Promise<void> {
    await settled();
    epochs.push({ outcomes: outcomesOf(await source()) });
    before += receivedOnce(await source());
    await server.end("SIGTERM");
    await server.restart();
  }

  async function judge(): Promise<Tally> {
    await settled();
    const { coverage } = await json("/api/groups?range=24h");
    const { complaints, tally } = judgeCase({
      ledgers: [relay.ledger],
      epochs: [...epochs, { outcomes: outcomesOf(await source()) }],
      ...(await readBack()),
      gaps: coverage.gaps,
    });
    if (complaints.length > 0) throw new Error(`the judge: ${complaints.join("; ")}`);
    return tally;
  }

  return {
    relay,
    server,
    source,
    settled,
    dropsOf: async (query = "range=1h") => (await json(`/api/groups?${query}`)).totals.drops,
    restart,
    judge,
    async dispose() {
      try {
        await judge();
      } finally {
        await server.dispose();
        relay.kill();
      }
    },
  };
}
