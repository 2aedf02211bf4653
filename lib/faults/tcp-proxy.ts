/**
 * For tests: a TCP proxy that misbehaves on demand, between a client of ours and whatever it talks
 * to. It knows nothing of what it carries.
 */
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export type ProxyFaults = {
  /** Added to the way of every piece, in each direction; the jitter varies it from 0 to itself. */
  latencyMs: number;
  jitterMs: number;
  /** Bytes a second in each direction; null: as fast as it goes. */
  bytesPerSecond: number | null;
  /** Largest piece that is written at once; null: as it came. */
  sliceBytes: number | null;
  /** Stops reading on both sides and closes nothing: the bytes wait until it is switched off. */
  halfOpen: boolean;
  /** Takes bytes and forwards none; a connection that lost bytes stays silent afterwards. */
  blackhole: boolean;
  /** Resets a connection once the far side has sent so many bytes over it; null: never. */
  cutAfterBytes: number | null;
};

export type TcpProxy = {
  readonly port: number;
  /** Connections accepted so far, and those that are open. */
  readonly accepted: number;
  readonly open: number;
  /** Changes how open and new connections are carried. */
  set(faults: Partial<ProxyFaults>): void;
  /** Carries everything as it should. */
  heal(): Promise<void>;
  /** New connections go to another port of this machine. */
  lead(port: number): void;
  /** RST on every open connection. */
  reset(): void;
  /** FIN on every open connection. */
  hangUp(): void;
  /** Stops listening, so that connecting is refused; open connections stay. */
  refuse(): Promise<void>;
  /** Listens again on the same port. */
  accept(): Promise<void>;
  close(): Promise<void>;
};

export const NO_FAULTS: Readonly<ProxyFaults> = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: null,
  sliceBytes: null,
  halfOpen: false,
  blackhole: false,
  cutAfterBytes: null,
};

type Link = { near: Socket; far: Socket; isSilent: boolean; fromFar: number };

/** Bytes that may wait in one direction before the proxy stops reading. */
const MAX_HELD = 1024 * 1024;

/** Listens on a port of the loopback address that the system chooses. `random` is from 0 to 1. */
export async function startTcpProxy(
  targetPort: number,
  options: { host?: string; random?: () => number } = {},
): Promise<TcpProxy> {
  const { host = "localhost", random = Math.random } = options;
  let target = targetPort;
  let faults: ProxyFaults = { ...NO_FAULTS };
  let accepted = 0;
  const links = new Set<Link>();
  let server: Server | null = null;
  const port = await listen(0);

  async function listen(wanted: number): Promise<number> {
    const starting = createServer({ allowHalfOpen: true }, take);
    await new Promise<void>((resolve, reject) => {
      starting.once("error", reject);
      starting.listen(wanted, host, resolve);
    });
    server = starting;
    const address = starting.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  }

  function take(near: Socket): void {
    accepted += 1;
    const far = dial({ port: target, host, allowHalfOpen: true });
    const link: Link = { near, far, isSilent: false, fromFar: 0 };
    links.add(link);
    const end = () => {
      links.delete(link);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on("error", end).on("close", end);
    void carry(link, near, far).catch(end);
    void carry(link, far, near).catch(end);
  }

  /** Reads and writes apart, so that latency costs time and no throughput. */
  async function carry(link: Link, from: Socket, to: Socket): Promise<void> {
    const held: { atMs: number; bytes: Buffer }[] = [];
    let heldBytes = 0;
    let ended = false;
    let lastMs = 0;
    const writing = (async () => {
      while (!ended || held.length > 0) {
        const next = held.shift();
        if (next === undefined) {
          await sleep(1);
          continue;
        }
        heldBytes -= next.bytes.length;
        const waitMs = next.atMs - performance.now();
        if (waitMs > 0) await sleep(waitMs);
        await write(to, next.bytes);
      }
      to.end();
    })();
    for await (const chunk of from) {
      while (faults.halfOpen) await sleep(2);
      if (faults.blackhole) link.isSilent = true;
      if (link.isSilent) continue;
      if (from === link.far && hasSentEnough(link, chunk.length)) {
        link.near.resetAndDestroy();
        return;
      }
      const delayMs = faults.latencyMs + faults.jitterMs * random();
      lastMs =
        delayMs === 0 && held.length === 0 ? 0 : Math.max(lastMs, performance.now() + delayMs);
      held.push({ atMs: lastMs, bytes: chunk });
      heldBytes += chunk.length;
      while (heldBytes > MAX_HELD && !to.destroyed) await sleep(1);
    }
    ended = true;
    await writing;
  }

  function hasSentEnough(link: Link, bytes: number): boolean {
    link.fromFar += bytes;
    return faults.cutAfterBytes !== null && link.fromFar >= faults.cutAfterBytes;
  }

  async function write(to: Socket, bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length && !to.destroyed; ) {
      const { sliceBytes, bytesPerSecond } = faults;
      // At most a twentieth of a second at once, so that a slow line is slow all the time.
      const most = Math.min(
        sliceBytes ?? bytes.length,
        bytesPerSecond === null ? bytes.length : Math.max(1, Math.floor(bytesPerSecond / 20)),
      );
      const piece = bytes.subarray(at, at + most);
      at += piece.length;
      await new Promise<void>((resolve) => to.write(piece, () => resolve()));
      if (bytesPerSecond !== null) await sleep((piece.length / bytesPerSecond) * 1000);
    }
  }

  function stopListening(): Promise<void> {
    const stopping = server;
    server = null;
    if (stopping === null) return Promise.resolve();
    // Open connections are kept, so this does not wait for them.
    stopping.close();
    return Promise.resolve();
  }

  async function accept(): Promise<void> {
    if (server === null) await listen(port);
  }

  function reset(): void {
    for (const { near, far } of links) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  return {
    port,
    get accepted() {
      return accepted;
    },
    get open() {
      return links.size;
    },
    set(change) {
      faults = { ...faults, ...change };
    },
    async heal() {
      faults = { ...NO_FAULTS };
      await accept();
    },
    lead(other) {
      target = other;
    },
    reset,
    hangUp() {
      for (const { near, far } of links) {
        near.end();
        far.end();
      }
    },
    refuse: stopListening,
    accept,
    async close() {
      await stopListening();
      reset();
    },
  };
}
