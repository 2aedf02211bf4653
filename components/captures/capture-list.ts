/** The answer of `/api/captures`, checked where it comes in. */
import { RequestError } from "@/components/ui/fetch-json";
import type { CaptureList } from "@/lib/drops/capture";

export function readList(value: unknown): CaptureList {
  if (
    typeof value === "object" &&
    value !== null &&
    "captures" in value &&
    Array.isArray(value.captures) &&
    "limits" in value
  ) {
    return value as CaptureList;
  }
  throw new RequestError("Droplens answered in a form this page does not know. Reload it.", 0);
}
