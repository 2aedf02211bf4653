/** What the relays of the benchmarks have in common: what they are told, and when they send. */
import type { RelayState } from "@/lib/demo/relay-state";
import { answer } from "./child";
import { benchFlows } from "./flows";

/** `send` answers when all is written; `pace` at once, and sends until `pace` 0. */
export type RelayRequest =
  | { do: "listen" }
  | { do: "send"; drops: number; overMs: number }
  | { do: "pace"; dropsPerSecond: number }
  | { do: "sent" };

type Sender = {
  /** Answers the port. */
  listen(): Promise<number>;
  /** To every open call, at the pace of the slowest. */
  write(messages: readonly Buffer[]): Promise<void>;
};

const STEP_MS = 10;

/** What a relay says of itself that was just started. */
export const STATE: RelayState = {
  rings: [],
  subscribers: new Set(),
  sent: { uuids: [], messages: 0 },
  keepsLedger: false,
  version: "1.19.4",
  startedMs: Date.now(),
  answering: Promise.resolve(),
};

/** Does what the parent asks of it. */
export function sendAsTold({ listen, write }: Sender): void {
  const flows = benchFlows();
  let sent = 0;
  let pacer: ReturnType<typeof setInterval> | undefined;

  async function send(drops: number, fromMs: number, toMs: number): Promise<void> {
    const messages = flows.take(drops, fromMs, toMs);
    sent += messages.length;
    await write(messages);
  }

  function pace(dropsPerSecond: number): void {
    clearInterval(pacer);
    if (dropsPerSecond === 0) return;
    let reachedMs = Date.now();
    let owed = 0;
    let isWriting = false;
    pacer = setInterval(() => {
      if (isWriting) return;
      const nowMs = Date.now();
      owed += ((nowMs - reachedMs) * dropsPerSecond) / 1000;
      const drops = Math.floor(owed);
      owed -= drops;
      isWriting = true;
      void send(drops, reachedMs, nowMs).then(() => {
        isWriting = false;
      });
      reachedMs = nowMs;
    }, STEP_MS);
  }

  answer(async (request: RelayRequest) => {
    switch (request.do) {
      case "listen":
        return listen();
      case "send": {
        const nowMs = Date.now();
        await send(request.drops, nowMs - request.overMs, nowMs);
        return sent;
      }
      case "pace":
        pace(request.dropsPerSecond);
        return sent;
      case "sent":
        return sent;
    }
  });
}
