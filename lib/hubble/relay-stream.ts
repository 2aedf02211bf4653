/** One connection to Relay, from opening to its end, and why it ended. */
import { status as GRPC } from "@grpc/grpc-js";
import type { DecodedEvent } from "./event";
import { openRelayChannel, type RelayChannel } from "./relay-channel";
import { explainRelayError, isUnreachable } from "./relay-error";
import { flowsRequest } from "./relay-filters";
import { createStreamNodes, factsOf, type StreamNodes } from "./relay-nodes";
import type { RelayConnection, RelayOptions } from "./relay-options";
import { probeRelay } from "./relay-probe";
import type { RelaySession } from "./relay-session";
import type { WireEnd } from "./relay-wire";
import { createRingOnset } from "./ring-onset";
import type { StatusEvent } from "./source-event";
import { createTurnClock } from "./turn-clock";

export type StreamOutcome = {
  /** Why it ended and what to do about it. */
  words: string;
  /** When the connection stood; null when it never did. */
  connectedMs: number | null;
  steppedOver: StatusEvent["steppedOver"];
};

/** Connects, follows until the connection ends or `signal` aborts, and closes. Never rejects. */
export async function followOnce(
  session: RelaySession,
  signal: AbortSignal,
): Promise<StreamOutcome> {
  const { options } = session;
  let channel: RelayChannel;
  try {
    channel = (options.openChannel ?? openRelayChannel)(
      connectionOf(options),
      session.credentials.read(),
    );
  } catch (error) {
    return failed(explainRelayError(error, options));
  }
  try {
    const refused = await greet(session, channel, signal);
    if (refused !== null || signal.aborted) return failed(refused ?? "Stopped.");
    return await follow(session, channel, signal);
  } finally {
    channel.close();
  }
}

function failed(words: string): StreamOutcome {
  return { words, connectedMs: null, steppedOver: null };
}

/** Asks Relay how it is; returns why it cannot be reached, or null. */
async function greet(
  session: RelaySession,
  channel: RelayChannel,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const status = await channel.serverStatus(session.options.connectTimeoutMs, signal);
    session.learn(factsOf(status), session.now());
    return null;
  } catch (error) {
    // Any other answer is an answer: the stream itself will tell what is wrong.
    if (!isUnreachable(error)) return null;
    return explainRelayError(error, session.options);
  }
}

async function follow(
  session: RelaySession,
  channel: RelayChannel,
  signal: AbortSignal,
): Promise<StreamOutcome> {
  const { options, resume, now, tell } = session;
  const connectedMs = now();
  const sinceMs = resume.sinceMs();
  const nodes = createStreamNodes();
  const isOnset = sinceMs === null ? createRingOnset() : () => false;
  const received: Received = { flows: 0, lastMs: 0, last: [] };
  const take = createIntake(session, received, nodes, isOnset);
  const call = channel.getFlows(flowsRequest(sinceMs, options), take);
  tell({ state: "connected", words: connectedWords(session, nodes) });

  const stop = () => call.cancel();
  signal.addEventListener("abort", stop, { once: true });
  const probing = new AbortController();
  const hung = probeRelay(session, channel, probing.signal, {
    lastDataMs: () => received.lastMs,
    connectedMs,
    isKnown: (uuid) => received.last.includes(uuid),
    connectedWords: () => connectedWords(session, nodes),
  });
  const end = await Promise.race([call.ended, hung]);
  probing.abort();
  signal.removeEventListener("abort", stop);
  call.cancel();
  if ("kind" in end) return { words: end.words, connectedMs, steppedOver: null };
  return outcomeOf(session, end, nodes, received.flows, connectedMs);
}

/** What a stream brought: how many flows, when it last brought anything, and its last flows' uuids. */
type Received = { flows: number; lastMs: number; last: string[] };

const LAST_FLOWS = 64;

/** Passes everything on as it comes, but what only says that a ring is full. */
function createIntake(
  session: RelaySession,
  received: Received,
  nodes: StreamNodes,
  isOnset: (event: DecodedEvent) => boolean,
): (event: DecodedEvent) => void {
  const { queue, resume } = session;
  const now = createTurnClock(session.now);
  return (event) => {
    received.lastMs = now();
    if (isOnset(event)) return;
    queue.push(event);
    if (event.kind === "flow") {
      received.last[received.flows % LAST_FLOWS] = event.flow.uuid;
      received.flows += 1;
      resume.received(event.flow.timeMs, received.lastMs, event.flow.node);
    } else if (event.kind === "node-status") {
      const facts = nodes.apply(event, session.facts());
      session.tell({ ...facts, words: connectedWords(session, nodes, facts) });
    }
  };
}

/** What a channel needs to know, and nothing that another thread cannot be told. */
function connectionOf({
  address,
  tls,
  basicAuth,
  connectTimeoutMs,
}: RelayOptions): RelayConnection {
  return { address, tls, basicAuth, connectTimeoutMs };
}

function outcomeOf(
  session: RelaySession,
  end: WireEnd,
  nodes: StreamNodes,
  flows: number,
  connectedMs: number,
): StreamOutcome {
  const { options, queue, resume, now } = session;
  const where = options.address.target;
  const words = explainRelayError(end, options);
  if (end.code === GRPC.RESOURCE_EXHAUSTED && /larger than max/.test(end.details)) {
    const { first, steppedOver } = resume.oversized(now());
    if (first) queue.push({ kind: "malformed", reason: "message too large", sample: "" });
    return { words, connectedMs, steppedOver };
  }
  if (end.code !== GRPC.OK) return { words, connectedMs, steppedOver: null };
  const refusal = flows === 0 ? nodes.refusal() : null;
  return {
    words:
      refusal === null
        ? `${where} ended the stream: Relay is restarting, or a proxy closed it.`
        : `Every node refused the request: ${refusal}. Check the allow and deny filters of this source.`,
    connectedMs,
    steppedOver: null,
  };
}

function connectedWords(
  session: RelaySession,
  nodes: StreamNodes,
  facts = session.facts(),
): string {
  const who = facts.version === "" ? session.options.address.target : facts.version;
  const parts = [`Connected to ${who}.`];
  const missing = facts.nodesUnavailable ?? 0;
  if (missing > 0) {
    const all = missing + (facts.nodesConnected ?? 0);
    const names = facts.unavailableNodes.slice(0, 3).join(", ");
    const more = missing > 3 && names !== "" ? ", …" : "";
    parts.push(
      `${missing} of ${all} nodes not observed${names === "" ? "" : `: ${names}${more}`}.`,
    );
  }
  const complaint = nodes.complaint();
  if (complaint !== null) parts.push(`Nodes refused the request: ${complaint}.`);
  const { problem } = session.credentials;
  if (problem !== null) parts.push(`By earlier certificates, because we ${problem}.`);
  return parts.join(" ");
}
