import { jsonResponse } from "@/app/api/answer";
import { getRuntime } from "@/lib/live/runtime";

export const dynamic = "force-dynamic";

/**
 * GET /readyz : whether pages can be served. A relay or a store that is down does not make us
 * unready, or the dashboard would go away just when it is needed; shutting down does.
 */
export function GET(): Response {
  const { ready, degraded, checks } = getRuntime().readiness();
  const status = ready ? (degraded ? "degraded" : "ok") : "unavailable";
  return jsonResponse({ status, checks }, ready ? 200 : 503);
}
