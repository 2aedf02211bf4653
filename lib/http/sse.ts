/**
 * Server-sent events on the wire. Data is one line of JSON, so no text from a flow can begin a
 * field or an event of its own; names come from a closed set that leaves out the three names that
 * EventSource gives a meaning of its own (`error`, `open`, `message`).
 */

export const SSE_EVENTS = [
  "hello",
  "snapshot",
  "delta",
  "drops",
  "status",
  "expectations",
  "skipped",
  "bye",
] as const;
export type SseEvent = (typeof SSE_EVENTS)[number];

const encoder = new TextEncoder();

/** One event. `id` is `epoch.sequence` or null where a browser must not resume from it. */
export function encodeSse(event: SseEvent, id: string | null, data: unknown): Uint8Array {
  // JSON leaves U+2028 and U+2029 as they are; they end no line of an event stream.
  const idLine = id === null ? "" : `id: ${id}\n`;
  return encoder.encode(`${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** A comment that keeps proxies from closing a quiet stream. */
export const SSE_HEARTBEAT = encoder.encode(": still here\n\n");

/** Tells the browser how long to wait before it connects again; sent first. */
export function encodeRetry(retryMs: number): Uint8Array {
  return encoder.encode(`retry: ${retryMs}\n\n`);
}

/** Some proxies hold an answer back until it has this length. */
export const SSE_PRELUDE = encoder.encode(`:${" ".repeat(2_048)}\n\n`);

const SSE_HEADERS: HeadersInit = {
  "content-type": "text/event-stream; charset=utf-8",
  // no-transform keeps Next from compressing, and so from holding, the stream.
  "cache-control": "no-cache, no-store, no-transform",
  "x-accel-buffering": "no",
};

/**
 * An answer that holds what waits at this moment and ends: for browsers that ask again and again,
 * because no stream reaches them.
 */
export async function sseAnswer(
  chunks: Pick<AsyncIterator<Uint8Array>, "next" | "return">,
): Promise<Response> {
  const waiting: Uint8Array[] = [];
  const nothing = new Promise<null>((resolve) => setImmediate(() => resolve(null)));
  for (;;) {
    // What waits is given before the next turn of the loop.
    const got = await Promise.race([chunks.next(), nothing]);
    if (got === null || got.done) break;
    waiting.push(got.value);
  }
  await chunks.return?.();
  return new Response(Buffer.concat(waiting), { headers: SSE_HEADERS });
}

/** The same chunks, after some of ours. */
export function chunksAfter(
  first: readonly Uint8Array[],
  chunks: AsyncIterator<Uint8Array>,
): AsyncIterator<Uint8Array> {
  const waiting = [...first];
  return {
    async next() {
      const value = waiting.shift();
      return value === undefined ? chunks.next() : { done: false, value };
    },
    async return() {
      await chunks.return?.();
      return { done: true, value: undefined };
    },
  };
}

/**
 * An answer that streams `chunks` at the reader's pace: the next one is asked for only when the
 * socket has taken the last, so a stalled browser holds nothing here but what it has not read.
 */
export function sseResponse(chunks: AsyncIterator<Uint8Array>): Response {
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(stream, { headers: SSE_HEADERS });
}
