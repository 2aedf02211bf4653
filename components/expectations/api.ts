/** What the screens ask the server about expectations, and what they send. */
import { fetchJson, RequestError, sendJson } from "@/components/ui/fetch-json";
import type { Expectation } from "@/lib/expectations/expectation";
import type {
  AuditTrail,
  BulkChange,
  BulkResult,
  ExpectationChange,
  ExpectationDetails,
  ExpectationList,
  ImportResult,
  NewExpectation,
  Preview,
  PreviewRequest,
} from "@/lib/expectations/view";

const BASE = "/api/expectations";

export async function fetchExpectations(signal?: AbortSignal): Promise<ExpectationList> {
  return expectFrame(await fetchJson(BASE, signal), isList);
}

export async function fetchExpectation(
  id: string,
  signal?: AbortSignal,
): Promise<ExpectationDetails> {
  return expectFrame(await fetchJson(pathOf(id), signal), isDetails);
}

export async function createExpectation(made: NewExpectation): Promise<Expectation> {
  return expectFrame(await sendJson("POST", BASE, made), isExpectation);
}

export async function changeExpectation(
  id: string,
  change: ExpectationChange,
): Promise<Expectation> {
  return expectFrame(await sendJson("PATCH", pathOf(id), change), isExpectation);
}

export async function changeSeveral(change: BulkChange): Promise<BulkResult> {
  return expectFrame(await sendJson("POST", `${BASE}/bulk`, change), isBulkResult);
}

export async function fetchPreview(
  request: PreviewRequest,
  signal?: AbortSignal,
): Promise<Preview> {
  return expectFrame(await sendJson("POST", `${BASE}/preview`, request, signal), isPreview);
}

/** `before` is the `next` of the page before it. */
export async function fetchAudit(
  id: string | null,
  before: number | null,
  signal?: AbortSignal,
): Promise<AuditTrail> {
  const params = new URLSearchParams({ limit: "50" });
  if (id !== null) params.set("id", id);
  if (before !== null) params.set("before", String(before));
  return expectFrame(await fetchJson(`${BASE}/audit?${params}`, signal), isTrail);
}

export async function importYaml(
  yaml: string,
  apply: boolean,
  author: string,
): Promise<ImportResult> {
  const body = { yaml, apply, ...(author !== "" && { author }) };
  return expectFrame(await sendJson("POST", `${BASE}/import`, body), isImport);
}

/** What a change that came too late is told: how it stands now, and what differs. */
export type Conflict = { current: Expectation; changes: readonly string[]; detail: string };

/** Null when the error is of another kind. */
export function conflictIn(error: unknown): Conflict | null {
  if (!(error instanceof RequestError) || error.status !== 409) return null;
  if (!isRecord(error.body) || !isExpectation(error.body.current)) return null;
  const { changes, current } = error.body;
  const texts = Array.isArray(changes) ? changes.filter((one) => typeof one === "string") : [];
  return { current, changes: texts, detail: error.message };
}

function pathOf(id: string): string {
  return `${BASE}/${encodeURIComponent(id)}`;
}

type Guard<T> = (value: unknown) => value is T;

function expectFrame<T>(value: unknown, guard: Guard<T>): T {
  if (guard(value)) return value;
  throw new Error("Droplens answered in a form this page does not know. Reload the page.");
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isExpectation: Guard<Expectation> = (value): value is Expectation =>
  isRecord(value) && typeof value.id === "string" && typeof value.version === "number";

const isList: Guard<ExpectationList> = (value): value is ExpectationList =>
  isRecord(value) && Array.isArray(value.expectations) && Array.isArray(value.problems);

const isDetails: Guard<ExpectationDetails> = (value): value is ExpectationDetails =>
  isRecord(value) && isExpectation(value.expectation) && isRecord(value.row);

const isBulkResult: Guard<BulkResult> = (value): value is BulkResult =>
  isRecord(value) && Array.isArray(value.results);

const isPreview: Guard<Preview> = (value): value is Preview =>
  isRecord(value) && isRecord(value.day) && Array.isArray(value.groups);

const isTrail: Guard<AuditTrail> = (value): value is AuditTrail =>
  isRecord(value) && Array.isArray(value.entries);

const isImport: Guard<ImportResult> = (value): value is ImportResult =>
  isRecord(value) && Array.isArray(value.changes) && Array.isArray(value.errors);
