/**
 * What `GET /metrics` tells: the account of each source, what is missing beside it, the store, the
 * streams and the process. Labels come from the configuration or are of a closed set, never from
 * flows.
 */
import { isUp } from "@/lib/drops/reading";
import type { SourceReport, SourcesAnswer } from "@/lib/drops/source-report";
import { STORE_STATES } from "@/lib/drops/store-report";
import { type Family, formatFamilies, type Sample } from "./prometheus";

export type ProcessFigures = {
  residentBytes: number;
  cpuSeconds: number;
  startSeconds: number;
  loopDelayP99Seconds: number;
};

export function formatMetrics(answer: SourcesAnswer, process: ProcessFigures): string {
  return formatFamilies([
    ...accountFamilies(answer.sources),
    ...sourceFamilies(answer.sources),
    ...missingFamilies(answer.sources),
    ...storeFamilies(answer),
    ...processFamilies(process),
  ]);
}

type Value = readonly [labels: Readonly<Record<string, string>>, value: number | null];

function family(
  type: Family["type"],
  name: string,
  help: string,
  values: readonly Value[],
): Family {
  const samples = values.flatMap(([labels, value]): Sample[] =>
    value === null ? [] : [{ labels, value }],
  );
  return { name: `droplens_${name}`, type, help, samples };
}

/** For each source one sample, or as many as `of` gives with labels of their own. */
function each(
  sources: readonly SourceReport[],
  of: (source: SourceReport) => number | null | readonly Value[],
): Value[] {
  return sources.flatMap((one): Value[] => {
    const values = of(one);
    const source = { source: one.id };
    if (typeof values === "number" || values === null) return [[source, values]];
    return values.map(([labels, value]): Value => [{ ...source, ...labels }, value]);
  });
}

function accountFamilies(sources: readonly SourceReport[]): Family[] {
  return [
    family(
      "counter",
      "flows_received_total",
      "Flows and unreadable messages received. Equals the sum of outcomes and what is in flight.",
      each(sources, ({ received }) => received),
    ),
    family(
      "counter",
      "flow_outcomes_total",
      "What became of received flows; stored are drops in the history.",
      each(sources, outcomesOf),
    ),
    family(
      "gauge",
      "flows_in_flight",
      "Flows that wait for their twin or for the store.",
      each(sources, (source) => source.in_flight),
    ),
    family(
      "gauge",
      "flow_balance",
      "Received flows less their outcomes and what is in flight: always 0, or Droplens is at fault.",
      each(sources, ({ balance }) => balance),
    ),
    family(
      "counter",
      "policy_drops_total",
      "Drops by a policy that were joined from two flows, and that stayed alone.",
      each(sources, ({ joined, alone }) => [
        [{ pairing: "joined" }, joined],
        [{ pairing: "alone" }, alone],
      ]),
    ),
    family(
      "counter",
      "records_skipped_total",
      "Records that are no flows: agent and debug events, lines of the log. Not among received flows.",
      each(sources, ({ skipped }) => skipped),
    ),
  ];
}

function outcomesOf(source: SourceReport): Value[] {
  const { stored, paired, duplicate, out_of_scope, rejected, shed } = source;
  const plain = { stored, paired, duplicate, out_of_scope };
  return [
    ...Object.entries(plain).map(([outcome, flows]): Value => [{ outcome, reason: "" }, flows]),
    ...Object.entries(rejected).map(
      ([reason, flows]): Value => [{ outcome: "rejected", reason }, flows],
    ),
    ...Object.entries(shed).map(([reason, flows]): Value => [{ outcome: "shed", reason }, flows]),
  ];
}

function sourceFamilies(sources: readonly SourceReport[]): Family[] {
  return [
    family(
      "gauge",
      "source_connected",
      "1 while the source delivers, or has delivered all of its file, else 0.",
      each(sources, (source) => [[{ kind: source.kind }, isUp(source) ? 1 : 0]]),
    ),
    family(
      "gauge",
      "source_lag_seconds",
      "Age of the newest flow when it came.",
      each(sources, ({ lagMs }) => (lagMs === null ? null : lagMs / 1_000)),
    ),
    family(
      "gauge",
      "source_last_proof_timestamp_seconds",
      "When the source last proved to be alive.",
      each(sources, ({ lastProof }) => seconds(lastProof)),
    ),
    family(
      "gauge",
      "source_nodes",
      "Nodes behind a relay, by whether they are observed.",
      each(sources, ({ kind, nodesConnected, nodesUnavailable }) =>
        kind === "file" || kind === "push"
          ? []
          : [
              [{ state: "observed" }, nodesConnected],
              [{ state: "unobserved" }, nodesUnavailable],
            ],
      ),
    ),
    family(
      "gauge",
      "preflight_failed",
      "1 for a check of the source that failed, 0 for one that passed; left out while not known.",
      each(sources, ({ preflight }) =>
        preflight.flatMap(({ check, state }): Value[] =>
          state === "passed" || state === "failed" ? [[{ check }, state === "failed" ? 1 : 0]] : [],
        ),
      ),
    ),
    family(
      "gauge",
      "tls_certificate_expiry_timestamp_seconds",
      "When a certificate of the connection expires.",
      each(sources, ({ tls }) =>
        tls?.mode === "tls"
          ? tls.certificates.map((one): Value => [{ cert: one.of }, seconds(one.notAfter)])
          : [],
      ),
    ),
  ];
}

function missingFamilies(sources: readonly SourceReport[]): Family[] {
  const gapSeconds = (source: SourceReport, refilled: boolean) =>
    source.gaps
      .filter((gap) => gap.refilled === refilled)
      .reduce((sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / 1_000, 0);
  return [
    family(
      "counter",
      "upstream_lost_events_max_total",
      "Events of any verdict that Hubble says it lost: an upper bound, never to be added to drops.",
      each(sources, ({ lostAtMost }) => Number(lostAtMost)),
    ),
    family(
      "gauge",
      "gap_seconds",
      "Of the last 24 hours, how long the source was not heard. Open: what was dropped is unknown.",
      each(sources, (source) => [
        [{ state: "open" }, gapSeconds(source, false)],
        [{ state: "refilled" }, gapSeconds(source, true)],
      ]),
    ),
  ];
}

function storeFamilies({ store, streams }: SourcesAnswer): Family[] {
  return [
    family(
      "gauge",
      "store_state",
      "1 for the state the store is in.",
      STORE_STATES.map((state): Value => [{ state }, state === store.state ? 1 : 0]),
    ),
    family("gauge", "store_waiting_drops", "Drops that wait for the store.", [[{}, store.waiting]]),
    family("gauge", "store_waiting_drops_max", "Drops that may wait before some are let go.", [
      [{}, store.capacity],
    ]),
    family("gauge", "store_drops", "Drops kept.", [[{}, store.drops]]),
    family("gauge", "store_size_bytes", "What all tables take.", [[{}, store.sizeBytes]]),
    family("gauge", "store_disk_free_bytes", "Room left on the disk of the store.", [
      [{}, store.freeBytes],
    ]),
    family("gauge", "store_oldest_timestamp_seconds", "Time of the oldest drop kept.", [
      [{}, seconds(store.oldest)],
    ]),
    family("gauge", "stream_views", "Different live views that browsers look at.", [
      [{}, streams.views],
    ]),
    family("gauge", "stream_subscribers", "Browsers with a live stream open.", [
      [{}, streams.subscribers],
    ]),
  ];
}

/** The first three by the names that every exporter of Prometheus gives them. */
function processFamilies(process: ProcessFigures): Family[] {
  const plain = (type: Family["type"], name: string, help: string, value: number): Family => ({
    name,
    type,
    help,
    samples: [{ value }],
  });
  return [
    plain(
      "gauge",
      "process_resident_memory_bytes",
      "Memory of the process, the embedded store included.",
      process.residentBytes,
    ),
    plain("counter", "process_cpu_seconds_total", "Processor time used.", process.cpuSeconds),
    plain("gauge", "process_start_time_seconds", "When the process started.", process.startSeconds),
    plain(
      "gauge",
      "droplens_event_loop_delay_p99_seconds",
      "How late the event loop was, 99th percentile of the last one to two minutes.",
      process.loopDelayP99Seconds,
    ),
  ];
}

function seconds(time: string | null): number | null {
  return time === null ? null : Date.parse(time) / 1_000;
}
