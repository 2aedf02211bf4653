/** For tests: a relay to which nothing has happened yet, unless the test says what. */
import { createFactsKeeper } from "./flow-facts";
import type { SourceReport } from "./source-report";

const SAMPLE_AT = "2026-01-15T10:00:00.000Z";

export function sampleReport(overrides: Partial<SourceReport> = {}): SourceReport {
  return {
    id: "relay",
    kind: "relay",
    address: "localhost:4245",
    state: "connected",
    message: "Connected to hubble-relay v1.19.4.",
    since: SAMPLE_AT,
    lagMs: 500,
    catchingUp: false,
    progress: null,
    nodesConnected: 2,
    nodesUnavailable: 0,
    version: "hubble-relay v1.19.4",
    unavailableNodes: [],
    received: 0,
    stored: 0,
    paired: 0,
    duplicate: 0,
    rejected: {},
    out_of_scope: 0,
    shed: {},
    in_flight: 0,
    balance: 0,
    lostAtMost: "0",
    joined: 0,
    alone: 0,
    skipped: 0,
    unreadable: [],
    countedSince: SAMPLE_AT,
    nextTry: null,
    lastProof: SAMPLE_AT,
    rates: { flowsPerSecond: 0, dropsPerSecond: 0, seenPerSecond: null, lastMinute: [] },
    nodes: [],
    moreNodes: 0,
    losses: [],
    gaps: [],
    watchedSince: SAMPLE_AT,
    problems: [],
    trouble: "",
    tls: null,
    facts: createFactsKeeper(0).facts(0),
    preflight: [],
    ...overrides,
  };
}
