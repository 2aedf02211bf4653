/**
 * Tells a cluster without drops from a stream that has gone silent although there are some. Both
 * bring nothing, and Relay answers probes in both; so it is asked, in a request of its own, for the
 * drops of the time in which nothing came.
 */
import { GetFlowsRequest } from "./generated/observer/observer";
import type { RelayChannel } from "./relay-channel";
import { flowsRequest } from "./relay-filters";
import type { RelaySession } from "./relay-session";
import { timestampOfMs } from "./timestamp";

export type Silence = {
  /** When the stream last brought anything, or began. */
  sinceMs: number;
  /** Whether a flow is among the last that the stream brought. */
  isKnown: (uuid: string) => boolean;
};

/** What is younger than this part of the silence may still be on its way: five seconds of minutes. */
const UNSETTLED = 1 / 60;
const ASKED_FOR = 20;

/** Whether Relay has drops of the silent time that the stream has not brought. Never rejects. */
export async function hasMissed(
  session: RelaySession,
  channel: RelayChannel,
  { sinceMs, isKnown }: Silence,
): Promise<boolean> {
  const { now, options, timing } = session;
  const request = GetFlowsRequest.fromPartial({
    ...flowsRequest(sinceMs + 1, { allow: options.allow ?? [], deny: options.deny ?? [] }),
    follow: false,
    first: true,
    number: String(ASKED_FOR),
    until: timestampOfMs(Math.max(sinceMs + 1, Math.round(now() - timing.quietMs * UNSETTLED))),
  });
  return new Promise((resolve) => {
    const end = (missed: boolean) => {
      clearTimeout(alarm);
      call.cancel();
      resolve(missed);
    };
    const alarm = setTimeout(() => end(false), timing.probeDeadlineMs);
    const call = channel.getFlows(request, (event) => {
      if (event.kind === "flow" && !isKnown(event.flow.uuid)) end(true);
    });
    void call.ended.then(() => end(false));
  });
}
