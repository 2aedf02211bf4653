/** Answers of any length, sent at the reader's pace. */

type Pieces = Pick<AsyncIterator<Uint8Array>, "next" | "return">;

/**
 * An answer that asks for the next piece only when the socket has taken the last. A piece that
 * fails breaks the connection off, so that the reader sees a cut answer and not a short one.
 */
export function streamResponse(pieces: Pieces, headers: HeadersInit): Response {
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return?.();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(stream, { headers });
}
