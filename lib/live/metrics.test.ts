import { describe, expect, it } from "vitest";
import { createFactsKeeper } from "@/lib/drops/flow-facts";
import { sampleReport } from "@/lib/drops/sample-report";
import { sampleStoreReport } from "@/lib/drops/sample-store-report";
import type { SourceReport } from "@/lib/drops/source-report";
import { formatMetrics } from "./metrics";
import { formatFamilies } from "./prometheus";

const PROCESS = {
  residentBytes: 300_000_000,
  cpuSeconds: 12.5,
  startSeconds: 1_768_471_200,
  loopDelayP99Seconds: 0.004,
};

function metrics(...sources: SourceReport[]): string {
  return formatMetrics(
    {
      at: "2026-01-15T10:00:00.000Z",
      sources,
      store: sampleStoreReport(),
      streams: { views: 2, subscribers: 5 },
    },
    PROCESS,
  );
}

/** Samples as `name{labels}` with their value. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.replace(/ [^ ]+$/, ""), Number(line.split(" ").at(-1))]),
  );
}

describe("Prometheus's text", () => {
  it("has help and type before each family, once, and none for a family without samples", () => {
    const text = formatFamilies([
      {
        name: "a_total",
        type: "counter",
        help: "One.",
        samples: [{ value: 1 }, { labels: { x: "y" }, value: 2 }],
      },
      { name: "b", type: "gauge", help: "None.", samples: [] },
    ]);
    expect(text).toBe('# HELP a_total One.\n# TYPE a_total counter\na_total 1\na_total{x="y"} 2\n');
  });

  it("escapes what would end a label or a line", () => {
    const text = formatFamilies([
      {
        name: "a",
        type: "gauge",
        help: "x\ny\\",
        samples: [{ labels: { s: 'q"\\\nz' }, value: 0 }],
      },
    ]);
    expect(text).toContain("# HELP a x\\ny\\\\\n");
    expect(text).toContain('a{s="q\\"\\\\\\nz"} 0\n');
    expect(text.split("\n")).toHaveLength(4);
  });
});

describe("metrics", () => {
  it("let anybody check that received is the sum of all outcomes and what is in flight", () => {
    const samples = samplesOf(
      metrics(
        sampleReport({
          received: 100,
          stored: 40,
          paired: 38,
          duplicate: 9,
          out_of_scope: 5,
          rejected: { malformed: 2, oversize: 0 },
          shed: { "queue-full": 3, "store-down": 1 },
          in_flight: 2,
        }),
      ),
    );
    const outcomes = [...samples].filter(([name]) =>
      name.startsWith("droplens_flow_outcomes_total"),
    );
    const sum = outcomes.reduce((total, [, flows]) => total + flows, 0);
    const inFlight = samples.get('droplens_flows_in_flight{source="relay"}') ?? Number.NaN;
    expect(outcomes.length).toBeGreaterThan(6);
    expect(sum + inFlight).toBe(samples.get('droplens_flows_received_total{source="relay"}'));
  });

  it("name no line twice, whatever the sources", () => {
    const keeper = createFactsKeeper(0);
    const text = metrics(sampleReport(), sampleReport({ id: "b", facts: keeper.facts(0) }));
    const names = text
      .split("\n")
      .filter((line) => /^[a-z]/.test(line))
      .map((line) => line.replace(/ [^ ]+$/, ""));
    expect(new Set(names).size).toBe(names.length);
    const types = text.split("\n").filter((line) => line.startsWith("# TYPE"));
    expect(new Set(types).size).toBe(types.length);
  });

  it("leave out what is not known instead of calling it zero", () => {
    const text = metrics(sampleReport({ lagMs: null, lastProof: null }));
    expect(text).not.toContain("droplens_source_lag_seconds");
    expect(text).not.toContain("droplens_source_last_proof");
    expect(text).not.toContain("droplens_tls_certificate");
  });

  it("tell expiry of certificates, gaps by state and losses as upper bounds", () => {
    const certificate = {
      of: "server" as const,
      subject: "CN=relay",
      issuer: "CN=ca",
      names: [],
      notBefore: "2026-01-01T00:00:00.000Z",
      notAfter: "2026-02-01T00:00:00.000Z",
      file: "",
    };
    const samples = samplesOf(
      metrics(
        sampleReport({
          lostAtMost: "17",
          gaps: [
            { from: "2026-01-15T09:00:00.000Z", to: "2026-01-15T09:02:00.000Z", refilled: false },
            { from: "2026-01-15T09:10:00.000Z", to: "2026-01-15T09:10:30.000Z", refilled: true },
          ],
          tls: {
            mode: "tls",
            serverName: "relay",
            verified: true,
            nameMatches: true,
            certificates: [certificate],
            problem: "",
            checked: null,
          },
        }),
      ),
    );
    expect(Object.fromEntries(samples)).toMatchObject({
      'droplens_upstream_lost_events_max_total{source="relay"}': 17,
      'droplens_gap_seconds{source="relay",state="open"}': 120,
      'droplens_gap_seconds{source="relay",state="refilled"}': 30,
      'droplens_tls_certificate_expiry_timestamp_seconds{source="relay",cert="server"}':
        Date.parse(certificate.notAfter) / 1_000,
      'droplens_store_state{state="ok"}': 1,
      droplens_stream_subscribers: 5,
      process_resident_memory_bytes: 300_000_000,
    });
  });
});
