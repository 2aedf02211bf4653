/** One source as `GET /api/sources` tells it: everything that says whether it can be trusted. */
import type { FlowFacts } from "./flow-facts";
import type { PreflightCheck } from "./preflight-check";
import type { StoreReport } from "./store-report";
import type { SourceSummary } from "./view";

/** A span of time in which a source was not heard; `refilled`: its flows came afterwards. */
export type GapSpan = { from: string; to: string; refilled: boolean };

/** Events that Hubble says it lost, of one place and node: an upper bound over all verdicts. */
export type LossReport = {
  /** `PERF_EVENT_RING_BUFFER`, `OBSERVER_EVENTS_QUEUE`, `HUBBLE_RING_BUFFER` or a number. */
  place: string;
  node: string;
  /** Decimal: it may be larger than a number holds. */
  atMost: string;
  from: string;
  to: string;
};

export type NodeReport = {
  /** `cluster/node`; without its cluster where that is `default`. */
  name: string;
  /** As Relay says: connected, unavailable (it goes on trying), error (it refused the request). `seen`:
   * nobody says, but flows of it came. */
  state: "connected" | "unavailable" | "error" | "seen";
  /** The node's own words with `error`. */
  message: string;
  flows: number;
  lastFlow: string | null;
  /** Below zero its clock is ahead by at least that; see `NodeFacts`. */
  leastLagMs: number | null;
};

export type Certificate = {
  of: "server" | "client";
  subject: string;
  issuer: string;
  /** Names it is good for. */
  names: readonly string[];
  notBefore: string;
  notAfter: string;
  /** Where it was read from, for our own. */
  file: string;
};

/** How the connection to a relay is secured; null for sources that are none. */
export type TlsReport =
  | { mode: "plain" }
  | {
      mode: "tls";
      /** Name that the server's certificate must carry. */
      serverName: string;
      /** False where the source is told to accept any certificate. */
      verified: boolean;
      /** Null until the server has shown its certificate. */
      nameMatches: boolean | null;
      certificates: readonly Certificate[];
      /** Why a certificate could not be read, in words; empty when all could. */
      problem: string;
      checked: string | null;
    };

/** The counts have the names of the accounting identity; they begin with this process. */
export type SourceReport = Omit<SourceSummary, "since"> & {
  since: string;
  /** The replica that reads it and told this; absent for the one that answers. */
  readBy?: string;
  version: string;
  unavailableNodes: readonly string[];
  received: number;
  stored: number;
  paired: number;
  duplicate: number;
  rejected: Record<string, number>;
  out_of_scope: number;
  shed: Record<string, number>;
  in_flight: number;
  /** `received` less everything it became: 0 when it adds up. */
  balance: number;
  /** Beside the account: what Hubble says it lost, an upper bound over all verdicts. */
  lostAtMost: string;
  joined: number;
  alone: number;
  skipped: number;
  unreadable: readonly { at: string; reason: string; sample: string }[];
  /** Since when all of this is counted. */
  countedSince: string;
  nextTry: string | null;
  /** When it last proved to be alive, by an answer or an event; null for never. */
  lastProof: string | null;
  rates: {
    /** Flows and drops received per second, over the last minute. */
    flowsPerSecond: number;
    dropsPerSecond: number;
    /** Of all verdicts, as the nodes count; null where nobody says. */
    seenPerSecond: number | null;
    /** Flows of each of the last 60 seconds, the oldest first. */
    lastMinute: readonly number[];
  };
  nodes: readonly NodeReport[];
  /** Nodes beyond those listed. */
  moreNodes: number;
  losses: readonly LossReport[];
  /** Of the last 24 hours, from `watchedSince` on. */
  gaps: readonly GapSpan[];
  /** When it was first heard, if that is less than 24 hours ago, else 24 hours ago; null for never. */
  watchedSince: string | null;
  /** What went wrong, the last first; the same words again are one line with their number. */
  problems: readonly { at: string; first: string; words: string; times: number }[];
  /** Why it does not deliver, also while it is being tried again; empty when it does. */
  trouble: string;
  tls: TlsReport | null;
  facts: FlowFacts;
  preflight: readonly PreflightCheck[];
};

/** What `/api/sources` answers. */
export type SourcesAnswer = {
  /** When it was answered. */
  at: string;
  sources: SourceReport[];
  store: StoreReport;
  streams: { views: number; subscribers: number };
};
