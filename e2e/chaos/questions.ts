/** What the server is asked over HTTP, as a person or a script would ask it. */

import type { Outcomes } from "@/lib/drops/accounting";
import type { Gap } from "@/lib/drops/view";
import { outcomesOf, type SourceReport, storedFlows } from "@/lib/faults/read-back";

const PATIENCE_MS = 90_000;
const DAY_MS = 86_400_000;

/** A day around now: everything that this run has made. */
const range = () => `from=${Date.now() - DAY_MS}&to=${Date.now() + 3_600_000}`;

async function ask(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function sources(url: string): Promise<readonly SourceReport[]> {
  const answer = (await ask(`${url}/api/sources`)) as { sources: SourceReport[] };
  return answer.sources;
}

export async function stateOf(url: string): Promise<string | null> {
  return (await sources(url))[0]?.state ?? null;
}

/** The only source, once it is connected and as wanted. */
export async function askSource(
  url: string,
  wanted: (source: SourceReport) => boolean,
): Promise<{ outcomes: Outcomes }> {
  let last = "";
  const found = await again(async () => {
    const [source] = await sources(url);
    last = JSON.stringify(source)?.slice(0, 600) ?? "";
    return source?.state === "connected" && wanted(source) ? source : null;
  });
  if (found === null) throw new Error(`the source does not come to rest: ${last}`);
  return { outcomes: outcomesOf(found) };
}

/** Drops stored, as an export counts them. */
export async function askDrops(url: string): Promise<number> {
  const answer = await fetch(`${url}/api/export?format=csv&${range()}`);
  await answer.body?.cancel();
  return Number(answer.headers.get("x-droplens-drops"));
}

export async function readExport(url: string): Promise<Map<string, unknown[]>> {
  const answer = await fetch(`${url}/api/export?format=jsonl&${range()}`);
  return storedFlows((await answer.text()).split("\n"));
}

export async function askGaps(url: string): Promise<readonly Gap[]> {
  const answer = (await ask(`${url}/api/groups?${range()}`)) as { coverage: { gaps: Gap[] } };
  return answer.coverage.gaps;
}

export async function untilThere(url: string, uuid: string): Promise<void> {
  const found = await again(async () =>
    (await fetch(`${url}/api/drops/${uuid}`)).ok ? true : null,
  );
  if (found === null) throw new Error(`a fresh flow (${uuid}) was not stored`);
}

async function again<T>(question: () => Promise<T | null>): Promise<T | null> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = await question().catch(() => null);
    if (found !== null) return found;
    await new Promise((later) => setTimeout(later, 200));
  }
  return null;
}
