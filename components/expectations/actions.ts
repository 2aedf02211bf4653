"use client";
/**
 * What can be done to expectations with one click. Each tells what it did and how to take it back;
 * where somebody was quicker, it says what they changed and asks before it goes over it.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import {
  changeExpectation,
  changeSeveral,
  conflictIn,
  fetchExpectation,
} from "@/components/expectations/api";
import { inDays, SUGGESTED_DAYS, undoOf } from "@/components/expectations/draft";
import { signed } from "@/components/expectations/operator";
import { refreshExpectations } from "@/components/expectations/revision";
import { showToast } from "@/components/expectations/toasts";
import { offerUndo, type Undo } from "@/components/expectations/undo";
import { messageOf } from "@/components/expectations/words";
import { countOf, formatExact } from "@/components/ui/number-text";
import { presentMs } from "@/components/ui/ticker";
import type { Known } from "@/lib/expectations/expectation";
import type { ExpectationChange, ExpectationRow } from "@/lib/expectations/view";

type Change = Omit<ExpectationChange, "version">;

export type Actions = {
  /** Ends at a time of their own for all of them. */
  endAt: (rows: readonly ExpectationRow[], expiresAt: string | null) => Promise<void>;
  /** Each ends 30 days later than it would, or than now. */
  extend: (rows: readonly ExpectationRow[]) => Promise<void>;
  /** Ends 30 days from now, and is brought back where it was revoked. */
  renew: (rows: readonly ExpectationRow[]) => Promise<void>;
  revoke: (rows: readonly ExpectationRow[]) => Promise<void>;
  restore: (rows: readonly ExpectationRow[]) => Promise<void>;
  raiseCeiling: (row: ExpectationRow, ceiling: number | null) => Promise<void>;
  startHiding: (row: ExpectationRow) => Promise<void>;
  accept: (row: ExpectationRow, seen: Known) => Promise<void>;
};

export function useActions(): Actions {
  const client = useQueryClient();
  const act = (rows: readonly ExpectationRow[], change: Change, done: string) =>
    carryOut(client, rows, change, done);
  return {
    endAt: (rows, expiresAt) => act(rows, { expiresAt }, `${subject(rows)} given another end`),
    extend: (rows) => extend(client, rows),
    renew: (rows) => {
      const expiresAt = inDays(SUGGESTED_DAYS, presentMs());
      const revoked = rows.some((row) => row.revokedAt !== null);
      const change = revoked ? { expiresAt, revoked: false } : { expiresAt };
      return act(rows, change, `${subject(rows)} renewed for ${SUGGESTED_DAYS} days`);
    },
    revoke: (rows) => act(rows, { revoked: true }, `${subject(rows)} revoked; all is shown again`),
    restore: (rows) => act(rows, { revoked: false }, `${subject(rows)} brought back`),
    raiseCeiling: (row, ceilingPerMinute) =>
      act(
        [row],
        { ceilingPerMinute },
        ceilingPerMinute === null
          ? "No ceiling any more"
          : `Ceiling raised to ${formatExact(ceilingPerMinute)} a minute`,
      ),
    startHiding: (row) => act([row], { mode: "hide" }, "It hides now what it matches"),
    accept: (row, seen) => accept(client, row, seen),
  };
}

function subject(rows: readonly ExpectationRow[]): string {
  return rows.length === 1 ? "Expectation" : countOf(rows.length, "expectation");
}

async function carryOut(
  client: QueryClient,
  rows: readonly ExpectationRow[],
  change: Change,
  done: string,
): Promise<void> {
  const [only] = rows;
  if (only === undefined) return;
  try {
    if (rows.length === 1) await changeOne(client, only, change, done);
    else await changeAll(client, rows, change, done);
  } catch (error) {
    tellFailure(client, rows, change, done, error);
  }
  refreshExpectations(client);
}

async function changeOne(
  client: QueryClient,
  row: ExpectationRow,
  change: Change,
  done: string,
): Promise<void> {
  const after = await changeExpectation(row.id, signed({ ...change, version: row.version }));
  offerUndo(client, done, [
    { id: row.id, change: undoOf({ ...change, version: 0 }, row, after.version) },
  ]);
}

async function changeAll(
  client: QueryClient,
  rows: readonly ExpectationRow[],
  change: Change,
  done: string,
): Promise<void> {
  const items = rows.map(({ id, version }) => ({ id, version }));
  const { results } = await changeSeveral({ items, change: signed(change) });
  const undo = results.flatMap(({ id, done: wasDone, expectation }) => {
    const row = rows.find((one) => one.id === id);
    if (!wasDone || row === undefined || expectation === null) return [];
    return [{ id, change: undoOf({ ...change, version: 0 }, row, expectation.version) }];
  });
  const refused = results.filter((one) => !one.done);
  if (undo.length > 0) offerUndo(client, done, undo);
  if (refused.length > 0) {
    const why = refused[0]?.detail ?? "";
    showToast({
      text: `Left as they are: ${countOf(refused.length, "expectation")}. ${why}`,
      wrong: true,
    });
  }
}

/** Each has an end of its own, so each is a change of its own. */
async function extend(client: QueryClient, rows: readonly ExpectationRow[]): Promise<void> {
  const ending = rows.filter((row) => row.expiresAt !== null);
  const [only] = ending;
  if (ending.length === 1 && only !== undefined) {
    await carryOut(client, ending, { expiresAt: laterEnd(only) }, "Extended by 30 days");
    return;
  }
  const undo: Undo[] = [];
  const refused: string[] = [];
  for (const row of ending) {
    try {
      const change = { expiresAt: laterEnd(row), version: row.version };
      const after = await changeExpectation(row.id, signed(change));
      undo.push({ id: row.id, change: undoOf(change, row, after.version) });
    } catch (error) {
      refused.push(messageOf(error));
    }
  }
  if (undo.length > 0) {
    offerUndo(client, `${countOf(undo.length, "expectation")} extended by 30 days`, undo);
  }
  if (refused.length > 0) {
    const text = `Left as they are: ${countOf(refused.length, "expectation")}. ${refused[0]}`;
    showToast({ text, wrong: true });
  }
  refreshExpectations(client);
}

function laterEnd({ expiresAt }: ExpectationRow): string {
  const endMs = Date.parse(expiresAt ?? "");
  const nowMs = presentMs();
  return inDays(SUGGESTED_DAYS, Number.isNaN(endMs) ? nowMs : Math.max(endMs, nowMs));
}

function tellFailure(
  client: QueryClient,
  rows: readonly ExpectationRow[],
  change: Change,
  done: string,
  error: unknown,
): void {
  const met = conflictIn(error);
  const [row] = rows;
  if (met === null || row === undefined) {
    showToast({ text: `Not done: ${messageOf(error)}`, wrong: true });
    return;
  }
  showToast({
    text: `Not done. ${met.detail}`,
    wrong: true,
    action: {
      label: "Do it anyway",
      run: () => carryOut(client, [{ ...row, ...met.current, known: row.known }], change, done),
    },
  });
}

/** Only what is not known yet is added, so that an undo takes back no more than this. */
async function accept(client: QueryClient, row: ExpectationRow, seen: Known): Promise<void> {
  try {
    const { expectation } = await fetchExpectation(row.id);
    const { known } = expectation;
    const added: Known = {
      source: unknown(seen.source, known.source, row.watch.includes("source")),
      destination: unknown(seen.destination, known.destination, row.watch.includes("destination")),
      port: unknown(seen.port, known.port, row.watch.includes("port")),
    };
    const change = { accept: added };
    const after = await changeExpectation(
      row.id,
      signed({ ...change, version: expectation.version }),
    );
    offerUndo(client, "Accepted: it is known under its expectation now", [
      { id: row.id, change: { version: after.version, forget: added } },
    ]);
  } catch (error) {
    showToast({ text: `Not accepted: ${messageOf(error)}`, wrong: true });
  }
  refreshExpectations(client);
}

function unknown<T>(seen: readonly T[], known: readonly T[], watched: boolean): T[] {
  return watched ? [...new Set(seen)].filter((one) => !known.includes(one)) : [];
}
