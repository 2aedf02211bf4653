/**
 * How many browsers may be connected at once. Every connection takes a file descriptor; when they
 * run out, the store cannot open its files and the sources cannot be reached. So some are kept back
 * for these, and whoever comes over the limit is turned away at once.
 */
import { subscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { Server } from "node:http";
import type { Socket } from "node:net";

/** What the store, the sources and the process itself have open at once, with room for merges. */
const KEPT_BACK = 200;
/** Where the system gives fewer, half are for the browsers. */
const LEAST_SHARE = 0.5;
const TELL_EVERY_MS = 60_000;

/** Connections that this many file descriptors allow. */
export function connectionLimit(descriptors: number): number {
  return Math.max(1, Math.floor(Math.max(descriptors - KEPT_BACK, descriptors * LEAST_SHARE)));
}

/** File descriptors that this process may have; null where the system does not say. */
export function descriptorLimit(): number | null {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
    return soft === undefined || soft === "unlimited" ? null : Number(soft);
  } catch {
    return null;
  }
}

/** Limits every HTTP server of this process. `onRefused` is told at most once a minute. */
export function limitConnections(onRefused: (limit: number) => void): void {
  const descriptors = descriptorLimit();
  if (descriptors === null) return;
  const limit = connectionLimit(descriptors);
  const limited = new WeakSet<Server>();
  let toldMs = Number.NEGATIVE_INFINITY;
  // Node publishes each connection that a server has accepted.
  subscribe("net.server.socket", (message) => {
    const { server } = (message as { socket: Socket & { server?: unknown } }).socket;
    if (!(server instanceof Server) || limited.has(server)) return;
    limited.add(server);
    server.maxConnections = limit;
    server.on("drop", () => {
      if (performance.now() - toldMs < TELL_EVERY_MS) return;
      toldMs = performance.now();
      onRefused(limit);
    });
  });
}
