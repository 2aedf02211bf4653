/**
 * Channels to Relay that another thread reads, one for all relays. Here flows are decoded and told;
 * the thread is started with the first channel, and anew after it has ended.
 */
import { Worker } from "node:worker_threads";
import { decodeResponse } from "./decode";
import { GetFlowsRequest, ServerStatusResponse } from "./generated/observer/observer";
import type { OpenChannel } from "./relay-channel";
import type { Answer, Order } from "./relay-orders";
import type { WireEnd } from "./relay-wire";

/** gRPC's UNAVAILABLE and CANCELLED. */
const UNAVAILABLE = 14;
const CANCELLED = 1;
/** Buffers of flows are its own; its heap holds little. */
const HEAP_MIB = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 };

export type RelayThread = {
  openChannel: OpenChannel;
  /** Ends the thread; every call ends with it. */
  stop(): Promise<void>;
};

/** How it ended, or that it cannot be asked. */
class CallError extends Error {
  readonly code: number;
  readonly details: string;

  constructor({ code, details }: WireEnd) {
    super(details);
    this.code = code;
    this.details = details;
  }
}

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
      over = { code: UNAVAILABLE, details: `the thread that reads relays ended: ${why}` };
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
          const ended = new Promise<WireEnd>((resolve) => {
            own.call({ do: "flows", channel, call, request: bytes }, (answer) => {
              if ("end" in answer) {
                own.forget(call);
                resolve(answer.end);
              } else if ("batch" in answer) {
                if (!isCancelled) tellEach(answer.batch, answer.ends, take);
                own.order({ do: "taken", call, bytes: answer.batch.length });
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
            const cancel = () => {
              own.forget(call);
              own.order({ do: "cancel", call });
              reject(new CallError({ code: CANCELLED, details: "Cancelled" }));
            };
            signal.addEventListener("abort", cancel, { once: true });
            own.call({ do: "status", channel, call, timeoutMs }, (answer) => {
              own.forget(call);
              signal.removeEventListener("abort", cancel);
              if ("status" in answer) resolve(ServerStatusResponse.decode(answer.status));
              else if ("end" in answer) reject(new CallError(answer.end));
            });
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
