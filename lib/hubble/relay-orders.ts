/** What the thread that reads relays is told, and what it answers. */
import type { RelayConnection } from "./relay-options";
import type { RelayPems } from "./relay-tls";
import type { WireEnd } from "./relay-wire";

/**
 * Bytes of the flows handed on that were taken, in memory that both threads see: an order for each
 * turn would wake the other thread hundreds of times a second. It begins anew beyond 32 bits.
 */
export type SharedCount = Int32Array<SharedArrayBuffer>;

/** Channels and calls are numbered by who gives the order. */
export type Order =
  | { do: "open"; channel: number; connection: RelayConnection; pems: RelayPems | null }
  | { do: "flows"; channel: number; call: number; request: Uint8Array; taken: SharedCount }
  | { do: "status"; channel: number; call: number; timeoutMs: number }
  | { do: "cancel"; call: number }
  | { do: "close"; channel: number };

/** The messages of `batch` lie one behind the other; `ends` says where each ends. */
export type Answer =
  | { call: number; batch: Uint8Array; ends: Uint32Array }
  | { call: number; status: Uint8Array }
  /** The last answer of a call of flows, and of a question without answer. */
  | { call: number; end: WireEnd };
