import { answer } from "@/app/api/answer";
import { loopDelayP99 } from "@/lib/live/loop-delay";
import { formatMetrics } from "@/lib/live/metrics";
import { PROMETHEUS_TYPE } from "@/lib/live/prometheus";

export const dynamic = "force-dynamic";

/** GET /metrics : sources, store, streams and process in Prometheus's text format. */
export const GET = answer(async (_request, runtime) => {
  const { user, system } = process.cpuUsage();
  const reports = runtime.sourceReports();
  // Each replica tells of the sources that it reads, so that sums over replicas are right.
  const here = reports.sources.filter(({ readBy }) => readBy === undefined);
  const text = formatMetrics(
    { ...reports, sources: here },
    {
      residentBytes: process.memoryUsage.rss(),
      cpuSeconds: (user + system) / 1e6,
      startSeconds: Math.round(Date.now() / 1_000 - process.uptime()),
      loopDelayP99Seconds: loopDelayP99(),
    },
  );
  return new Response(text, {
    headers: { "content-type": PROMETHEUS_TYPE, "cache-control": "no-store" },
  });
});
