import { answer } from "@/app/api/answer";
import { readViewParams } from "@/app/api/params";
import { liveRange } from "@/lib/drops/timeline";
import { AppError } from "@/lib/errors";
import { GRAPH_LEVELS, type GraphLevel } from "@/lib/graph/graph";

export const dynamic = "force-dynamic";

/** GET /api/graph?q=&from=&to=&level= : who is dropped talking to whom. */
export const GET = answer((request, runtime) => {
  const url = new URL(request.url);
  const nowMs = Date.now();
  const { q, query, ...asked } = readViewParams(url, nowMs);
  const isPast = url.searchParams.has("from") || url.searchParams.has("to");
  // A relative range is cut as the live view cuts it, so that both count the same drops.
  const { fromMs, toMs } = isPast ? asked : liveRange(asked.toMs - asked.fromMs, nowMs);
  return runtime.past.graph({ q, query, fromMs, toMs }, readLevel(url));
});

function readLevel(url: URL): GraphLevel {
  const text = url.searchParams.get("level") ?? "identity";
  const level = GRAPH_LEVELS.find((name) => name === text);
  if (level !== undefined) return level;
  throw new AppError("bad-request", `level must be one of ${GRAPH_LEVELS.join(", ")}.`);
}
