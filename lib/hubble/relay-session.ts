/** The state that one relay client keeps from connection to connection. */
import { createEventQueue, type EventQueue } from "./event-queue";
import { NOTHING_KNOWN, type RelayFacts } from "./relay-nodes";
import {
  DEFAULT_OVERLAP_MS,
  DEFAULT_QUEUE_LIMIT,
  DEFAULT_TIMING,
  type RelayOptions,
  type RelayTiming,
} from "./relay-options";
import { createResumePoint, type ResumePoint } from "./relay-resume";
import { type CredentialsSource, createCredentialsSource } from "./relay-tls";
import type { StatusEvent } from "./source-event";

/** What the parts of one relay client share. */
export type RelaySession = {
  options: RelayOptions;
  timing: RelayTiming;
  queue: EventQueue;
  resume: ResumePoint;
  credentials: CredentialsSource;
  now: () => number;
  /** Changes what is known and tells it. */
  tell(change: Partial<Omit<StatusEvent, "kind" | "atMs">>): void;
  /** Changes what is known and tells it with the next status. */
  learn(facts: RelayFacts, lastProofMs: number): void;
  facts(): RelayFacts;
};

export function createRelaySession(options: RelayOptions): RelaySession {
  const queue = createEventQueue(options.queueLimit ?? DEFAULT_QUEUE_LIMIT);
  const now = options.now ?? Date.now;
  let status: StatusEvent = {
    kind: "status",
    state: "connecting",
    words: "",
    atMs: now(),
    attempt: 0,
    nextTryMs: null,
    lastProofMs: null,
    ...NOTHING_KNOWN,
    steppedOver: null,
  };
  return {
    options,
    timing: { ...DEFAULT_TIMING, ...options.timing },
    queue,
    resume: createResumePoint(options.sinceMs, options.overlapMs ?? DEFAULT_OVERLAP_MS),
    credentials: createCredentialsSource(options.tls),
    now,
    facts: () => status,
    learn(facts, lastProofMs) {
      status = { ...status, ...facts, lastProofMs };
    },
    tell(change) {
      status = { ...status, nextTryMs: null, steppedOver: null, ...change, atMs: now() };
      queue.push(status);
    },
  };
}
