/**
 * One `GetFlows` call: what Relay says first, then flows at the client's pace. While the transport is
 * full nothing is read from the rings, so a slow client loses what they overwrite and is told so.
 */
import { Metadata, type ServerWritableStream, status } from "@grpc/grpc-js";
import type { GetFlowsRequest } from "@/lib/hubble/generated/observer/observer";
import { NodeState } from "@/lib/hubble/generated/relay/relay";
import { compileMask } from "./field-mask";
import { compileFilters } from "./filter";
import { FilterError } from "./filter-error";
import { type FlowStream, type Message, openFlowStream, type Selection } from "./get-flows";
import { encodeNodeStatus, type RelayState, type Subscriber } from "./relay-state";

export type GetFlowsCall = ServerWritableStream<GetFlowsRequest, Buffer>;

/** Messages written before other work gets a turn. */
const TURN = 256;

export async function serveGetFlows(call: GetFlowsCall, state: RelayState): Promise<void> {
  await state.answering;
  const { request } = call;
  if (request.first && request.follow) {
    refuse(call, "first cannot be specified with follow");
    return;
  }
  call.sendMetadata(versionHeaders(state));
  const line = createLine(call, state);
  state.subscribers.add(line.subscriber);
  try {
    await say(call, state, request, line);
  } finally {
    state.subscribers.delete(line.subscriber);
  }
}

async function say(
  call: GetFlowsCall,
  state: RelayState,
  request: GetFlowsRequest,
  line: Line,
): Promise<void> {
  const names = state.rings.map(({ nodeName }) => nodeName);
  if (names.length > 0) line.subscriber.push(encodeNodeStatus(NodeState.NODE_CONNECTED, names));
  const selection = select(request);
  if (selection instanceof FilterError) {
    // Through Relay the call succeeds; each node's refusal is a status message.
    line.subscriber.push(encodeNodeStatus(NodeState.NODE_ERROR, names, selection.message));
    await line.flush();
    call.end();
    return;
  }
  await follow(call, state, line, openFlowStream(state.rings, selection), names.length);
}

async function follow(
  call: GetFlowsCall,
  state: RelayState,
  line: Line,
  stream: FlowStream,
  announcedNodes: number,
): Promise<void> {
  let announced = announcedNodes;
  for (let turn = 1; !line.isClosed(); turn++) {
    await state.answering;
    if (call.request.follow && state.rings.length > announced) {
      const appeared = state.rings.slice(announced).map(({ nodeName }) => nodeName);
      announced = state.rings.length;
      line.subscriber.push(encodeNodeStatus(NodeState.NODE_CONNECTED, appeared));
    }
    await line.flush();
    const message = stream.next();
    if (message === "end") {
      call.end();
      return;
    }
    if (message === "wait") await line.news();
    else await line.write(message);
    if (turn % TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

function select(request: GetFlowsRequest): Selection | FilterError {
  try {
    return {
      request,
      passes: compileFilters(request.whitelist, request.blacklist),
      mask: compileMask(request.field_mask ?? []),
    };
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
}

type Line = {
  subscriber: Subscriber;
  isClosed(): boolean;
  /** Sends what was pushed out of turn. */
  flush(): Promise<void>;
  /** Resolves once the transport takes more, or the call is over. */
  write(message: Message): Promise<void>;
  /** Resolves when something was emitted, or the call is over. */
  news(): Promise<void>;
};

function createLine(call: GetFlowsCall, state: RelayState): Line {
  const pushed: Buffer[] = [];
  let isFresh = false;
  let wakeUp: (() => void) | null = null;
  let isClosed = call.cancelled;
  const wake = () => {
    isFresh = true;
    wakeUp?.();
    wakeUp = null;
  };
  call.once("cancelled", () => {
    isClosed = true;
    call.emit("drain");
    wake();
  });

  async function send(bytes: Buffer): Promise<void> {
    if (isClosed) return;
    state.sent.messages += 1;
    if (!call.write(bytes)) await new Promise((resolve) => call.once("drain", resolve));
  }

  return {
    subscriber: {
      wake,
      push: (bytes) => {
        pushed.push(bytes);
        wake();
      },
    },
    isClosed: () => isClosed,
    flush: async () => {
      for (let bytes = pushed.shift(); bytes; bytes = pushed.shift()) await send(bytes);
    },
    write: ({ bytes, uuid }) => {
      if (!isClosed && state.keepsLedger && uuid !== null) state.sent.uuids.push(uuid);
      return send(bytes);
    },
    news: async () => {
      if (!isFresh && !isClosed) await new Promise<void>((resolve) => (wakeUp = resolve));
      isFresh = false;
      // Lets everything that is emitted together be merged by time.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

function refuse(call: GetFlowsCall, details: string): void {
  call.emit("error", Object.assign(new Error(details), { code: status.INVALID_ARGUMENT, details }));
}

export function versionHeaders({ version }: RelayState): Metadata {
  const headers = new Metadata();
  headers.set("hubble-relay-version", version);
  headers.set("hubble-server-version", version);
  return headers;
}
