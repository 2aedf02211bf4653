/**
 * For tests: a browser's end of a live stream without a browser. It reads events, keeps a view up to
 * date by the page's own rules, and can stop reading.
 */
import { type IncomingMessage, request } from "node:http";

export type HeardEvent = { name: string; id: string | null; data: unknown };

export type EventClient = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly events: readonly HeardEvent[];
  /** The body of an answer that is no stream. */
  readonly text: string;
  readonly isOver: boolean;
  /** Resolves with the first event, from the `from`-th on, that is as wanted. */
  until(what: string, wanted: (event: HeardEvent) => boolean, from?: number): Promise<HeardEvent>;
  pause(): void;
  resume(): void;
  close(): void;
};

const PATIENCE_MS = 20_000;

export function openEvents(
  url: string,
  headers: Record<string, string> = {},
): Promise<EventClient> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (answer) => resolve(clientOf(answer)));
    asked.on("error", reject);
    asked.end();
  });
}

function clientOf(answer: IncomingMessage): EventClient {
  const events: HeardEvent[] = [];
  let text = "";
  let rest = "";
  let isOver = false;
  let stir: (() => void) | null = null;
  const isStream = answer.headers["content-type"]?.startsWith("text/event-stream") ?? false;
  answer.setEncoding("utf8").on("data", (piece: string) => {
    if (!isStream) text += piece;
    else {
      const blocks = (rest + piece).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) events.push(...eventOf(block));
    }
    stir?.();
  });
  const end = () => {
    isOver = true;
    stir?.();
  };
  answer.on("end", end).on("close", end).on("error", end);

  async function until(what: string, wanted: (event: HeardEvent) => boolean, from = 0) {
    const deadline = performance.now() + PATIENCE_MS;
    for (let at = from; ; at += 1) {
      while (at >= events.length) {
        const names = events.map(({ name }) => name).join(" ");
        if (isOver) throw new Error(`the stream ended before ${what}: ${names}`);
        if (performance.now() > deadline) throw new Error(`waited in vain for ${what}: ${names}`);
        await new Promise<void>((later) => {
          stir = later;
          setTimeout(later, 100);
        });
      }
      const event = events[at];
      if (event !== undefined && wanted(event)) return event;
    }
  }

  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    events,
    get text() {
      return text;
    },
    get isOver() {
      return isOver;
    },
    until,
    pause: () => answer.pause(),
    resume: () => answer.resume(),
    close: () => answer.destroy(),
  };
}

function eventOf(block: string): HeardEvent[] {
  // Only a line feed ends a line here: data may hold U+2028, which a pattern would take for an end.
  const field = (name: string) => {
    const line = block.split("\n").find((one) => one.startsWith(`${name}: `));
    return line?.slice(name.length + 2) ?? null;
  };
  const [name, data] = [field("event"), field("data")];
  return name === null || data === null ? [] : [{ name, id: field("id"), data: JSON.parse(data) }];
}

/** Drops that the last whole view among the events counts, with what deltas said after it. */
export function dropsShown(events: readonly HeardEvent[]): number {
  const last = events.findLast(({ data }) => hasTotals(data));
  return last !== undefined && hasTotals(last.data) ? last.data.totals.drops : 0;
}

function hasTotals(data: unknown): data is { totals: { drops: number } } {
  return typeof data === "object" && data !== null && "totals" in data;
}
