/**
 * Channels to Relay that another thread reads, one for all relays. Here flows are decoded and told;
 * the thread is started with the first channel, and anew after it has ended.
 */
import { Worker } from "node:worker_threads";
import { status as GRPC } from "@grpc/grpc-js";
import { decodeResponse } from "./decode";
import { GetFlowsRequest } from "./generated/observer/observer";
import { CallError, type OpenChannel, readStatus } from "./relay-channel";
import type { Answer, Order, SharedCount } from "./relay-orders";
import type { WireEnd } from "./relay-wire";

/** Beyond its own time a question waits for the thread so long. */
const THREAD_MS = 1_000;
/** Buffers of flows are its own; its heap holds little. */
const HEAP_MIB = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 };

export type RelayThread = {
  openChannel: OpenChannel;
  /** Ends the thread, and with it every call. A process that ends need not. */
  stop(): Promise<void>;
};

type Take = (answer: Answer) => void;

/** Once it has ended every call is answered at once: nobody else would. */
type Running = {
  order(wanted: Order): void;
  /** Gives the order of a call, whose answers `take` is told of until `forget`. */
  call(wanted: Order & { call: number }, take: Take): void;
  forget(call: number): void;
  stop(): Promise<unknown>;
};

/** `start`: tests run the thread's source. */
export function createRelayThread(start: () => Worker = startWorker): RelayThread {
  let running: Running | null = null;
  let numbers = 0;

  function run(): Running {
    const worker = start();
    const calls = new Map<number, Take>();
    let over: WireEnd | null = null;
    const own: Running = {
      order: (wanted) => worker.postMessage(wanted),
      call(wanted, take) {
        calls.set(wanted.call, take);
        worker.postMessage(wanted);
        if (over !== null) take({ call: wanted.call, end: over });
      },
      forget: (call) => calls.delete(call),
      stop: () => worker.terminate(),
    };
    const end = (why: string) => {
      if (running === own) running = null;
      over = { code: GRPC.UNAVAILABLE, details: `the thread that reads relays ended: ${why}` };
      for (const [call, take] of [...calls]) take({ call, end: over });
    };
    worker.on("message", (answer: Answer) => calls.get(answer.call)?.(answer));
    worker.on("error", (error) => end(error.message));
    worker.on("exit", (code) => end(`code ${code}`));
    // The process may end though it reads.
    worker.unref();
    return own;
  }

  return {
    openChannel(connection, pems) {
      running ??= run();
      const own = running;
      numbers += 1;
      const channel = numbers;
      own.order({ do: "open", channel, connection, pems });
      return {
        getFlows(request, take) {
          numbers += 1;
          const call = numbers;
          const bytes = GetFlowsRequest.encode(request).finish();
          let isCancelled = false;
          const taken: SharedCount = new Int32Array(new SharedArrayBuffer(4));
          let takenInTurn = 0;
          // Once a turn: told at once, more would come before this turn ends, and it never would.
          const tellTaken = () => {
            Atomics.add(taken, 0, takenInTurn);
            takenInTurn = 0;
          };
          const ended = new Promise<WireEnd>((resolve) => {
            own.call({ do: "flows", channel, call, request: bytes, taken }, (answer) => {
              if ("end" in answer) {
                own.forget(call);
                resolve(answer.end);
              } else if ("batch" in answer) {
                if (!isCancelled) tellEach(answer.batch, answer.ends, take);
                if (takenInTurn === 0) setImmediate(tellTaken);
                takenInTurn += answer.batch.length;
              }
            });
          });
          return {
            ended,
            cancel() {
              isCancelled = true;
              own.order({ do: "cancel", call });
            },
          };
        },
        serverStatus(timeoutMs, signal) {
          numbers += 1;
          const call = numbers;
          return new Promise((resolve, reject) => {
            const done = (settle: () => void) => {
              own.forget(call);
              clearTimeout(alarm);
              signal.removeEventListener("abort", cancel);
              settle();
            };
            const giveUp = (end: WireEnd) =>
              done(() => {
                own.order({ do: "cancel", call });
                reject(new CallError(end));
              });
            const cancel = () => giveUp({ code: GRPC.CANCELLED, details: "Cancelled" });
            const late = { code: GRPC.DEADLINE_EXCEEDED, details: "the thread does not answer" };
            const alarm = setTimeout(() => giveUp(late), timeoutMs + THREAD_MS);
            signal.addEventListener("abort", cancel, { once: true });
            own.call({ do: "status", channel, call, timeoutMs }, (answer) =>
              done(() => {
                try {
                  if ("status" in answer) resolve(readStatus(answer.status));
                  else if ("end" in answer) throw new CallError(answer.end);
                } catch (error) {
                  reject(error);
                }
              }),
            );
            if (signal.aborted) cancel();
          });
        },
        close: () => own.order({ do: "close", channel }),
      };
    },
    async stop() {
      await running?.stop();
    },
  };
}

function startWorker(): Worker {
  return new Worker(new URL("./relay-thread.ts", import.meta.url), { resourceLimits: HEAP_MIB });
}

function tellEach(
  batch: Uint8Array,
  ends: Uint32Array,
  take: (event: ReturnType<typeof decodeResponse>) => void,
): void {
  const { buffer, byteOffset } = batch;
  let start = 0;
  for (const end of ends) {
    take(decodeResponse(Buffer.from(buffer, byteOffset + start, end - start)));
    start = end;
  }
}
