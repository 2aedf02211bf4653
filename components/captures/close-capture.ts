/** Closes a capture on the server. */
import { RequestError, sendJson } from "@/components/ui/fetch-json";

/** What went wrong, in words; null when it is closed, also when it was gone already. */
export async function closeCapture(id: string): Promise<string | null> {
  try {
    await sendJson("DELETE", `/api/captures/${id}`, null);
    return null;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return null;
    return error instanceof Error ? error.message : String(error);
  }
}
