/** What a relay client needs to know, and what it takes when nothing is said. */
import type { FlowFilter } from "./generated/flow/flow";
import type { RelayAddress } from "./relay-address";
import type { OpenChannel } from "./relay-channel";

/** PEM files are read again at every connection, because certificates rotate. */
export type RelayTls = {
  /** Empty: the certificates that the system trusts. */
  caFiles: readonly string[];
  /** Our own certificate and key, for mutual TLS. */
  client: { certFile: string; keyFile: string } | null;
  /** Name the certificate must carry; null: the host of the address. */
  serverName: string | null;
  /** Accept any certificate. */
  allowInsecure: boolean;
};

/** Where Relay is and how to talk to it. */
export type RelayConnection = {
  address: RelayAddress;
  /** Null: plain text. */
  tls: RelayTls | null;
  basicAuth: { username: string; password: string } | null;
  /** How long a first answer may take, `HUBBLE_TIMEOUT`. */
  connectTimeoutMs: number;
};

export type RelayOptions = RelayConnection & {
  /** Time of the first wanted flow; null: everything that Relay still has. */
  sinceMs: number | null;
  /** Filters beside the verdict's: a flow must match one of `allow` (if any) and none of `deny`. */
  allow?: readonly FlowFilter[];
  deny?: readonly FlowFilter[];
  /** Asks for answers of DNS as well. */
  dnsAnswers?: boolean;
  /** How far a new connection reaches back before the last flow received. Default 10 s. */
  overlapMs?: number;
  /** Events held for a slow consumer; what comes beyond is shed and counted. Default 50,000. */
  queueLimit?: number;
  /** Where the connection is read: in this thread, or in one of its own. Default here. */
  openChannel?: OpenChannel;
  timing?: Partial<RelayTiming>;
  /** Milliseconds since the epoch, and a number from 0 to 1. */
  now?: () => number;
  random?: () => number;
};

export type RelayTiming = {
  /** Time between two probes, and how many may fail in a row before the channel is rebuilt. */
  probeIntervalMs: number;
  probeFailures: number;
  /** How long one probe may take. */
  probeDeadlineMs: number;
  /** Relay is asked what it has when nothing came for so long. */
  quietMs: number;
  /** First wait after a disconnect; doubles each time up to the cap. */
  backoffMs: number;
  /** Cap in the first `earlyMs` of an outage, and later. */
  earlyCapMs: number;
  earlyMs: number;
  lateCapMs: number;
  /** A connection that lasted this long ends the outage before it. */
  stableMs: number;
};

export const DEFAULT_TIMING: RelayTiming = {
  probeIntervalMs: 15_000,
  probeFailures: 2,
  probeDeadlineMs: 5_000,
  quietMs: 300_000,
  backoffMs: 500,
  earlyCapMs: 5_000,
  earlyMs: 60_000,
  lateCapMs: 30_000,
  stableMs: 10_000,
};

export const DEFAULT_OVERLAP_MS = 10_000;
export const DEFAULT_QUEUE_LIMIT = 50_000;
export const DEFAULT_CONNECT_TIMEOUT_MS = 5_000;
