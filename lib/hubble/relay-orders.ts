/** What the thread that reads relays is told, and what it answers. */
import type { RelayConnection } from "./relay-options";
import type { RelayPems } from "./relay-tls";
import type { WireEnd } from "./relay-wire";

/** Channels and calls are numbered by who gives the order. */
export type Order =
  | { do: "open"; channel: number; connection: RelayConnection; pems: RelayPems | null }
  | { do: "flows"; channel: number; call: number; request: Uint8Array }
  | { do: "status"; channel: number; call: number; timeoutMs: number }
  /** So many bytes of the flows handed on were taken. */
  | { do: "taken"; call: number; bytes: number }
  | { do: "cancel"; call: number }
  | { do: "close"; channel: number };

/** The messages of `batch` lie one behind the other; `ends` says where each ends. */
export type Answer =
  | { call: number; batch: Uint8Array; ends: Uint32Array }
  | { call: number; status: Uint8Array }
  /** The last answer of a call of flows, and of a question without answer. */
  | { call: number; end: WireEnd };
