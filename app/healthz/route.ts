import { jsonResponse } from "@/app/api/answer";

export const dynamic = "force-dynamic";

/** GET /healthz : the process turns. Says nothing about relays or the store. */
export function GET(): Response {
  return jsonResponse({ status: "ok" });
}
