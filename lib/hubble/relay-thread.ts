/**
 * The thread that reads relays (started by `relay-threaded`): it opens channels, reads their calls
 * and hands flows on in bytes, many at a time, so that the thread which counts and shows them has
 * nothing of HTTP/2 and gRPC to do.
 */
import { parentPort } from "node:worker_threads";
import { logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import type { Answer, Order } from "./relay-orders";
import { endOf, openWire, type Wire } from "./relay-wire";

/** Flows are handed on with the turn that brought them, or when there are so many bytes. */
const BATCH_BYTES = 64 * 1024;
/** Bytes handed on that nobody has taken yet: beyond it reading waits. */
const MOST_AHEAD = 1024 * 1024;
/** While it waits, between two looks at how much was taken. */
const LOOK_MS = 2;

type Call = { cancel(): void };
type FlowsOrder = Order & { do: "flows" };
type Channel = { wire: Wire | null; problem: string };

if (parentPort === null) throw new Error("relay-thread is not the main thread");
const port = parentPort;
// What goes wrong is told where the source is, and lines of this thread would pass our log by.
setLogVerbosity(logVerbosity.NONE);
const channels = new Map<number, Channel>();
const calls = new Map<number, Call>();

port.on("message", (order: Order) => {
  switch (order.do) {
    case "open":
      channels.set(order.channel, open(order));
      return;
    case "flows":
      follow(order, channels.get(order.channel));
      return;
    case "status":
      ask(order.call, channels.get(order.channel), order.timeoutMs);
      return;
    case "cancel":
      calls.get(order.call)?.cancel();
      return;
    case "close":
      channels.get(order.channel)?.wire?.close();
      channels.delete(order.channel);
      return;
  }
});

function answer(message: Answer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function open({ connection, pems }: Order & { do: "open" }): Channel {
  try {
    return { wire: openWire(connection, pems), problem: "" };
  } catch (error) {
    return { wire: null, problem: detailsOf(error) };
  }
}

function follow({ call, request, taken }: FlowsOrder, channel: Channel | undefined): void {
  if (!channel?.wire) {
    answer({ call, end: { code: -1, details: channel?.problem ?? "The channel is closed." } });
    return;
  }
  const stream = channel.wire.flows(request, (message) => message);
  let waiting: Buffer[] = [];
  let bytes = 0;
  /** Begins anew where `taken` does. */
  let handedOn = 0;
  let isDue = false;
  let waits: ReturnType<typeof setInterval> | undefined;
  const isAhead = () => ((handedOn - Atomics.load(taken, 0)) | 0) >= MOST_AHEAD;

  function handOn(): void {
    isDue = false;
    if (waiting.length === 0) return;
    // Not from a pool: it moves to the other thread.
    const batch = Buffer.allocUnsafeSlow(bytes);
    const ends = new Uint32Array(waiting.length);
    let end = 0;
    for (const [at, message] of waiting.entries()) {
      message.copy(batch, end);
      end += message.length;
      ends[at] = end;
    }
    handedOn = (handedOn + bytes) | 0;
    waiting = [];
    bytes = 0;
    answer({ call, batch, ends }, [batch.buffer, ends.buffer]);
    if (isAhead()) wait();
  }

  function wait(): void {
    stream.pause();
    waits ??= setInterval(() => {
      if (!isAhead()) goOn();
    }, LOOK_MS);
  }

  function goOn(): void {
    clearInterval(waits);
    waits = undefined;
    stream.resume();
  }

  stream.on("data", (message: Buffer) => {
    waiting.push(message);
    bytes += message.length;
    if (bytes >= BATCH_BYTES) handOn();
    else if (!isDue) {
      isDue = true;
      setImmediate(handOn);
    }
  });
  calls.set(call, {
    cancel() {
      stream.cancel();
      // Its end comes after what is left of it.
      goOn();
    },
  });
  void endOf(stream).then((end) => {
    handOn();
    clearInterval(waits);
    calls.delete(call);
    answer({ call, end });
  });
}

function ask(call: number, channel: Channel | undefined, timeoutMs: number): void {
  if (!channel?.wire) {
    answer({ call, end: { code: -1, details: channel?.problem ?? "The channel is closed." } });
    return;
  }
  const aborter = new AbortController();
  calls.set(call, { cancel: () => aborter.abort() });
  channel.wire
    .status(timeoutMs, aborter.signal)
    .then(
      (status) => answer({ call, status }),
      (error) => answer({ call, end: { code: error.code ?? -1, details: detailsOf(error) } }),
    )
    .finally(() => calls.delete(call));
}

function detailsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details: unknown = Reflect.get(error, "details");
  return typeof details === "string" ? details : error.message;
}
