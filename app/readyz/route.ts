import { jsonResponse } from "@/app/api/answer";
import { getRuntime } from "@/lib/live/runtime";

export const dynamic = "force-dynamic";

/**
 * GET /readyz : whether pages can be served. A relay or a store that is down does not make us
 * unready, or the dashboard would go away just when it is needed; shutting down does. What fails is
 * told on Sources: whoever asks here is not asked who they are.
 */
export function GET(): Response {
  const { ready, degraded } = getRuntime().readiness();
  const status = ready ? (degraded ? "degraded" : "ok") : "unavailable";
  return jsonResponse({ status }, ready ? 200 : 503);
}
