import { jsonResponse } from "@/app/api/answer";
import { getRuntime } from "@/lib/live/runtime";

export const dynamic = "force-dynamic";

/**
 * GET /readyz : whether pages can be served. A relay that is down does not make us unready, or
 * the dashboard would go away just when it is needed; shutting down does.
 */
export function GET(): Response {
  const { ready, checks } = getRuntime().readiness();
  return jsonResponse({ status: ready ? "ok" : "unavailable", checks }, ready ? 200 : 503);
}
