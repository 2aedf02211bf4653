"use client";
/** The way back from what was done to expectations: the change that undoes it, and its message. */
import type { QueryClient } from "@tanstack/react-query";
import { changeExpectation } from "@/components/expectations/api";
import { undoOf } from "@/components/expectations/draft";
import { signed } from "@/components/expectations/operator";
import { refreshExpectations } from "@/components/expectations/revision";
import { showToast } from "@/components/expectations/toasts";
import { messageOf } from "@/components/expectations/words";
import { countOf } from "@/components/ui/number-text";
import type { ExpectationChange, ExpectationRow, ImportResult } from "@/lib/expectations/view";

export type Undo = { id: string; change: ExpectationChange };

/**
 * Says what was done, with a button that takes it back. Each change is made to a version, so what
 * somebody changed meanwhile is left as it is, and told.
 */
export function offerUndo(
  client: QueryClient,
  done: string,
  undo: readonly Undo[],
  undone = "Undone",
): void {
  showToast({ text: done, action: { label: "Undo", run: () => takeBack(client, undo, undone) } });
}

async function takeBack(client: QueryClient, undo: readonly Undo[], undone: string): Promise<void> {
  const refused: string[] = [];
  for (const { id, change } of undo) {
    try {
      await changeExpectation(id, signed(change));
    } catch (error) {
      refused.push(messageOf(error));
    }
  }
  const [why] = refused;
  if (why === undefined) showToast({ text: undone });
  else {
    const what =
      undo.length === 1 ? "" : ` for ${countOf(refused.length, "expectation")} of ${undo.length}`;
    showToast({ text: `Not undone${what}: ${why}`, wrong: true });
  }
  refreshExpectations(client);
}

/**
 * What takes an import back: what it made is revoked, what it changed or revoked is as `before`
 * had it. An author that it changed stays: who answers for a rule is not undone by another.
 */
export function undoOfImport(
  { changes }: ImportResult,
  before: readonly ExpectationRow[],
): readonly Undo[] {
  return changes.flatMap(({ action, id }): Undo[] => {
    if (action === "keep") return [];
    if (action === "create") return [{ id, change: { version: 1, revoked: true } }];
    const row = before.find((one) => one.id === id);
    return row === undefined ? [] : [{ id, change: allOf(row) }];
  });
}

/** Every field that an import may change, as the row has it, made to the version that follows. */
function allOf(row: ExpectationRow): ExpectationChange {
  const { query, reason, ticket, appliesFrom, expiresAt, ceilingPerMinute, mode, watch } = row;
  const fields = { query, reason, ticket, appliesFrom, expiresAt, ceilingPerMinute, mode, watch };
  return undoOf({ version: 0, ...fields, revoked: true }, row, row.version + 1);
}
