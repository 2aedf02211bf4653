/**
 * Follows the drops of one Relay for as long as it is wanted: connects, reads, finds out when Relay
 * hangs, reconnects where it left off, and says at every change how it is doing.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { backoffMs } from "./backoff";
import type { RelayOptions } from "./relay-options";
import { createRelaySession, type RelaySession } from "./relay-session";
import { followOnce } from "./relay-stream";
import type { SourceEvent } from "./source-event";

/**
 * Events of a relay in batches, until `signal` aborts or the consumer stops. Never throws: whatever
 * goes wrong is a status event. The stream is read whether or not the consumer keeps up; what does
 * not fit into `queueLimit` arrives as a `shed` count.
 */
export async function* followRelay(
  options: RelayOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly SourceEvent[], void, undefined> {
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  const session = createRelaySession(options);
  const running = keepFollowing(session, stopped.signal).finally(() => session.queue.end());
  try {
    yield* session.queue.batches();
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
    await running;
  }
}

async function keepFollowing(session: RelaySession, signal: AbortSignal): Promise<void> {
  const { timing, now, options, tell } = session;
  const where = options.address.target;
  let attempt = 0;
  let outageSinceMs = now();
  while (!signal.aborted) {
    attempt += 1;
    tell({ state: "connecting", words: `Connecting to ${where}.`, attempt });
    const startedMs = now();
    const outcome = await followOnce(session, signal);
    if (signal.aborted) break;
    if (outcome.connectedMs !== null && now() - outcome.connectedMs >= timing.stableMs) attempt = 1;
    if (attempt === 1) outageSinceMs = outcome.connectedMs === null ? startedMs : now();
    const waitMs = backoffMs(
      timing,
      attempt,
      now() - outageSinceMs,
      (options.random ?? Math.random)(),
    );
    const { words, steppedOver } = outcome;
    tell({ state: "waiting", words, attempt, nextTryMs: now() + waitMs, steppedOver });
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
  tell({ state: "closed", words: `Stopped following ${where}.` });
}
