/** A few browsers' streams that break off, come back where they were, or begin anew. */
import { type EventClient, openEvents } from "@/lib/faults/event-client";

export type Browsers = {
  /** All of them connect again, with the id of their last event or without. */
  reconnect(resume: boolean): void;
  /** Resolves once a browser that is opened now is told of the flow that `send` sends. */
  untilSeen(flow: { uuid: string }, send: () => void): Promise<void>;
  close(): void;
};

const COUNT = 3;
const PATIENCE_MS = 90_000;

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
    async untilSeen({ uuid }, send) {
      const client = await openEvents(url);
      const isIt = () => client.events.some(({ data }) => JSON.stringify(data).includes(uuid));
      const deadline = Date.now() + PATIENCE_MS;
      send();
      while (!isIt()) {
        if (Date.now() > deadline) throw new Error(`no browser saw a fresh flow (${uuid})`);
        await new Promise((later) => setTimeout(later, 100));
      }
      client.close();
    },
    close() {
      isClosed = true;
      for (const client of clients) client.close();
    },
  };
}
