/** The part of `EventSource` that is used, so that other ways to the same events can stand in for it. */

export type StreamEvent = { data?: unknown; lastEventId?: string };

export type EventStream = {
  readonly readyState: number;
  addEventListener(name: string, listener: (event: StreamEvent) => void): void;
  close(): void;
};

export const CONNECTING = 0;
export const OPEN = 1;
/** It does not try again by itself. */
export const CLOSED = 2;

/** What the server tells; anything else a later one may tell is left alone. */
export const EVENTS = [
  "hello",
  "snapshot",
  "delta",
  "drops",
  "status",
  "expectations",
  "skipped",
  "bye",
] as const;

/** How the events come; told as the event `way`, before the first event that comes so. */
export type Way =
  | { by: "stream" }
  /** Asked for every few seconds, because a proxy holds streams back or other tabs have them all. */
  | { by: "asking"; because: "held-back" | "tabs" };

export function isWay(value: unknown): value is Way {
  return typeof value === "object" && value !== null && "by" in value;
}

/** Listeners by name, and how they are told. */
export function createListeners() {
  const byName = new Map<string, ((event: StreamEvent) => void)[]>();
  return {
    add(name: string, listener: (event: StreamEvent) => void) {
      byName.set(name, [...(byName.get(name) ?? []), listener]);
    },
    tell(name: string, event: StreamEvent) {
      for (const listener of byName.get(name) ?? []) listener(event);
    },
  };
}
