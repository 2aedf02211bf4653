/** The live stream with a real browser at its edges. */
import { EVENTS, type EventStream } from "@/components/live/event-stream";
import { keepStream } from "@/components/live/kept-stream";
import { openLiveStream, type StreamEdges } from "@/components/live/live-stream";
import { mayStream } from "@/components/live/may-stream";
import { type ReadEvent, readEvents } from "@/components/live/read-events";

const ASK_PATIENCE_MS = 30_000;

const BROWSER: StreamEdges = {
  connect: openEventSource,
  ask,
  mayStream,
  later: (action, delayMs) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
  isHidden: () => document.hidden,
};

/** Events of `/api/live` with these parameters. */
export function openBrowserStream(path: string): EventStream {
  return openLiveStream(path, EVENTS, BROWSER);
}

/** The same, opened anew whenever it was closed for good. Returns the end of it. */
export function keepBrowserStream(path: string, listen: (stream: EventStream) => void): () => void {
  return keepStream(path, { connect: openBrowserStream, later: BROWSER.later }, listen);
}

function openEventSource(path: string): EventStream {
  const source = new EventSource(path);
  return {
    get readyState() {
      return source.readyState;
    },
    addEventListener: (name, listener) =>
      source.addEventListener(name, (event) =>
        listener(
          event instanceof MessageEvent ? { data: event.data, lastEventId: event.lastEventId } : {},
        ),
      ),
    close: () => source.close(),
  };
}

async function ask(path: string, after: string | null, signal: AbortSignal): Promise<ReadEvent[]> {
  const from = after === null ? "" : `&after=${encodeURIComponent(after)}`;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(ASK_PATIENCE_MS)]);
  const answer = await fetch(`${path}&once=1${from}`, { redirect: "manual", signal: patience });
  const isOurs = answer.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  if (!answer.ok || !isOurs) throw new Error(`asked in vain: status ${answer.status}`);
  return readEvents(await answer.text());
}
