/**
 * Finds a Relay that hangs. A drop stream may be quiet for hours, and Relay punishes keepalive pings,
 * so a plain question with a deadline is asked from time to time on the same connection.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { RelayChannel } from "./relay-channel";
import { isUnreachable } from "./relay-error";
import { factsOf } from "./relay-nodes";
import { hasMissed } from "./relay-quiet";
import type { RelaySession } from "./relay-session";

export type Hung = { kind: "hung"; words: string };

/** What the probe asks of the stream beside it. */
export type ProbedStream = {
  /** When the stream last brought anything, which is proof enough. */
  lastDataMs: () => number;
  connectedMs: number;
  /** Whether a flow is among the last that it brought. */
  isKnown: (uuid: string) => boolean;
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
  let lookedMs = stream.connectedMs;
  while (!signal.aborted) {
    await sleep(timing.probeIntervalMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const askedMs = now();
    const answered = await probe(session, channel, signal);
    if (signal.aborted) break;
    const dataMs = stream.lastDataMs();
    if (answered || dataMs > provedMs) {
      // An answer may overtake what was sent while it was under way, so it proves the time it was asked.
      provedMs = answered ? askedMs : dataMs;
      failures = 0;
      const sinceMs = Math.max(dataMs, stream.connectedMs);
      const isQuiet = now() - sinceMs >= timing.quietMs;
      if (isQuiet && answered && now() - lookedMs >= timing.quietMs) {
        lookedMs = now();
        const isKnown = stream.isKnown;
        if (await hasMissed(session, channel, { sinceMs, isKnown }))
          return silent(session, sinceMs);
        if (signal.aborted) break;
      }
      const words = `${stream.connectedWords()}${isQuiet ? quietWords(session, sinceMs) : ""}`;
      // What data prove is for whoever knows its times.
      tell({ state: "connected", ...(answered && { lastProofMs: askedMs }), words });
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

function silent({ options }: RelaySession, sinceMs: number): Hung {
  const since = new Date(sinceMs).toISOString();
  const words = `${options.address.target} answers, but its stream has gone silent: it has drops since ${since} that never came. The stream is taken up anew.`;
  return { kind: "hung", words };
}

/** A cluster may have nothing to drop for hours; that Relay has none to give was asked. */
function quietWords({ facts }: RelaySession, sinceMs: number): string {
  const { flowsPerSecond } = facts();
  const seen =
    flowsPerSecond === null ? "" : `; its nodes see ${flowsPerSecond.toFixed(1)} events/s`;
  return ` Quiet: no drops since ${new Date(sinceMs).toISOString()}, and Relay has none to give${seen}.`;
}

async function probe(
  session: RelaySession,
  channel: RelayChannel,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const askedMs = session.now();
    const status = await channel.serverStatus(session.timing.probeDeadlineMs, signal);
    session.learn(factsOf(status), askedMs);
    return true;
  } catch (error) {
    return !isUnreachable(error);
  }
}
