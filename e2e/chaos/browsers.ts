/** A few browsers' streams that break off, come back where they were, or begin anew. */
import { type EventClient, openEvents } from "@/lib/faults/event-client";

export type Browsers = {
  /** All of them connect again, with the id of their last event or without. */
  reconnect(resume: boolean): void;
  /**
   * Sends a flow every few seconds, because one may be stepped over with a message that is too large;
   * resolves with the uuid of the first that a browser, opened now, is told of.
   */
  untilSeen(send: () => string): Promise<string>;
  close(): void;
};

const COUNT = 3;
const PATIENCE_MS = 90_000;
const TRY_MS = 500;
const TRIES_PER_FLOW = 10;

export function createBrowsers(server: string): Browsers {
  const url = `${server}/api/live?range=5m`;
  let clients: EventClient[] = [];
  let isClosed = false;

  async function open(lastId: string | null): Promise<void> {
    const headers: Record<string, string> = lastId === null ? {} : { "last-event-id": lastId };
    const client = await openEvents(url, headers).catch(() => null);
    if (client === null) return;
    if (isClosed) client.close();
    else clients.push(client);
  }

  function reconnect(resume: boolean): void {
    const before = clients;
    clients = [];
    for (const client of before) client.close();
    for (let at = 0; at < COUNT; at += 1) {
      const last = before[at]?.events.findLast(({ id }) => id !== null)?.id ?? null;
      void open(resume ? last : null);
    }
  }

  reconnect(false);
  return {
    reconnect,
    async untilSeen(send) {
      const client = await openEvents(url);
      const sent: string[] = [];
      const deadline = Date.now() + PATIENCE_MS;
      try {
        for (let tries = 0; Date.now() < deadline; tries += 1) {
          if (tries % TRIES_PER_FLOW === 0) sent.push(send());
          const heard = client.events.map(({ data }) => JSON.stringify(data));
          const seen = sent.find((uuid) => heard.some((text) => text.includes(uuid)));
          if (seen !== undefined) return seen;
          await new Promise((later) => setTimeout(later, TRY_MS));
        }
        throw new Error(`no browser saw a fresh flow (${sent.join(", ")})`);
      } finally {
        client.close();
      }
    },
    close() {
      isClosed = true;
      for (const client of clients) client.close();
    },
  };
}
