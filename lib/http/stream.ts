/** Answers of any length, sent at the reader's pace. */

type Pieces = Pick<AsyncIterator<Uint8Array>, "next" | "return">;

/**
 * An answer that asks for the next piece only when the socket has taken the last. A piece that
 * fails breaks the connection off, so that the reader sees a cut answer and not a short one; `onFailure` is told why.
 */
export function streamResponse(
  pieces: Pieces,
  headers: HeadersInit,
  onFailure: (error: unknown) => void,
): Response {
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          onFailure(error);
          controller.error(error);
        }
      },
      async cancel() {
        await pieces.return?.();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(stream, { headers });
}
