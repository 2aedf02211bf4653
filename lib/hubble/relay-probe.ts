/**
 * Finds a Relay that hangs. A drop stream may be quiet for hours, and Relay punishes keepalive pings,
 * so a plain question with a deadline is asked from time to time on the same connection.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { RelayChannel } from "./relay-channel";
import { isUnreachable } from "./relay-error";
import { factsOf } from "./relay-nodes";
import type { RelaySession } from "./relay-session";

export type Hung = { kind: "hung"; words: string };

/** What the probe asks of the stream beside it. */
export type ProbedStream = {
  /** When the stream last brought anything, which is proof enough. */
  lastDataMs: () => number;
  connectedWords: () => string;
};

/**
 * Resolves when too many probes in a row failed, or soon after `signal` aborts, when nobody asks
 * any more.
 */
export async function probeRelay(
  session: RelaySession,
  channel: RelayChannel,
  signal: AbortSignal,
  stream: ProbedStream,
): Promise<Hung> {
  const { timing, options, now, tell } = session;
  let provedMs = now();
  let failures = 0;
  while (!signal.aborted) {
    await sleep(timing.probeIntervalMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const answered = await probe(session, channel, signal);
    if (signal.aborted) break;
    const dataMs = stream.lastDataMs();
    if (answered || dataMs > provedMs) {
      provedMs = answered ? now() : dataMs;
      failures = 0;
      tell({ state: "connected", lastProofMs: provedMs, words: stream.connectedWords() });
      continue;
    }
    failures += 1;
    const seconds = Math.round((now() - provedMs) / 1000);
    const words = `${options.address.target} has not answered for ${seconds} s: Relay or the way to it hangs.`;
    if (failures >= timing.probeFailures) return { kind: "hung", words };
    tell({ state: "unresponsive", words });
  }
  return { kind: "hung", words: "" };
}

async function probe(
  session: RelaySession,
  channel: RelayChannel,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const status = await channel.serverStatus(session.timing.probeDeadlineMs, signal);
    session.learn(factsOf(status), session.now());
    return true;
  } catch (error) {
    return !isUnreachable(error);
  }
}
