/** What the screen asks the server about saved views, and what it sends. */
import { fetchJson, RequestError, sendJson } from "@/components/ui/fetch-json";
import type { SavedView } from "@/lib/drops/view";

const BASE = "/api/views";

export async function fetchSavedViews(signal?: AbortSignal): Promise<readonly SavedView[]> {
  const answer = await fetchJson(BASE, signal);
  if (isRecord(answer) && Array.isArray(answer.views) && answer.views.every(isSavedView)) {
    return answer.views;
  }
  throw new Error("Droplens answered in a form this page does not know. Reload the page.");
}

export type NewSavedView = { name: string; search: string; author: string };

export async function createSavedView(view: NewSavedView): Promise<void> {
  await sendJson("POST", BASE, signed(view));
}

export type SavedViewChange = { name?: string; search?: string; version: number; author: string };

export async function changeSavedView(id: string, change: SavedViewChange): Promise<void> {
  await sendJson("PATCH", `${BASE}/${encodeURIComponent(id)}`, signed(change));
}

export async function removeSavedView(id: string): Promise<void> {
  await sendJson("DELETE", `${BASE}/${encodeURIComponent(id)}`, undefined);
}

/** Nobody signs as nobody. */
function signed<T extends { author: string }>({ author, ...rest }: T) {
  return author.trim() === "" ? rest : { ...rest, author: author.trim() };
}

/** The view that a refused change conflicts with, as it is now; null for any other failure. */
export function currentIn(error: unknown): SavedView | null {
  if (!(error instanceof RequestError) || error.status !== 409 || !isRecord(error.body))
    return null;
  const { current } = error.body;
  return isSavedView(current) ? current : null;
}

/** `search` is the server's, which takes nothing but an address of this screen. */
export function isSavedView(value: unknown): value is SavedView {
  return (
    isRecord(value) &&
    typeof value.id === "string" &&
    typeof value.name === "string" &&
    typeof value.search === "string" &&
    /^(\?|$)/.test(value.search) &&
    typeof value.author === "string" &&
    typeof value.updatedAt === "string" &&
    typeof value.version === "number"
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
