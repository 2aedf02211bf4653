"use client";
/** Saves the form: a new expectation or a change of one, with a way back after it. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  type Conflict,
  changeExpectation,
  conflictIn,
  createExpectation,
} from "@/components/expectations/api";
import type { Settlement } from "@/components/expectations/conflict-box";
import { changeFrom, type Draft, newExpectation, undoOf } from "@/components/expectations/draft";
import type { MarkStart } from "@/components/expectations/mark-start";
import { reopenMark } from "@/components/expectations/open-mark";
import type { Operator } from "@/components/expectations/operator";
import { refreshExpectations } from "@/components/expectations/revision";
import { offerUndo } from "@/components/expectations/undo";
import { messageOf } from "@/components/expectations/words";
import { countOf } from "@/components/ui/number-text";
import type { Expectation } from "@/lib/expectations/expectation";
import type { ExpectationChange, ExpectationRow, Preview } from "@/lib/expectations/view";

export function useSaveMark(start: MarkStart, operator: Operator, onClose: () => void) {
  const client = useQueryClient();
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [conflict, setConflict] = useState<{ met: Conflict; change: ExpectationChange } | null>(
    null,
  );
  const author = operator.verified ? "" : operator.name.trim();

  /** Runs a write; what goes wrong is said in the form and nothing typed is lost. */
  async function attempt(write: () => Promise<void>, change: ExpectationChange | null) {
    setSaving(true);
    setFailure(null);
    setConflict(null);
    try {
      await write();
      refreshExpectations(client);
      onClose();
    } catch (error) {
      const met = conflictIn(error);
      if (met !== null && change !== null) setConflict({ met, change });
      else setFailure(messageOf(error));
    } finally {
      setSaving(false);
    }
  }

  async function create(draft: Draft, preview: Preview | null) {
    const made = await createExpectation(newExpectation(draft, preview, author));
    const hides =
      preview === null ? "" : `: ${countOf(preview.day.attempts, "attempt")} of the last 24 h`;
    const text =
      made.mode === "trial"
        ? "On trial; it hides nothing"
        : `Expected${hides}, folded away and counted`;
    const change = { version: made.version, revoked: true };
    offerUndo(client, text, [{ id: made.id, change }], "The expectation is taken back");
  }

  async function edit(row: ExpectationRow, change: ExpectationChange) {
    const after = await changeExpectation(row.id, change);
    const back = { id: after.id, change: undoOf(change, row, after.version) };
    offerUndo(client, "The change is saved", [back], "The change is undone");
  }

  function save(draft: Draft, preview: Preview | null): Promise<void> {
    const { row, replaces } = start;
    if (row === null || replaces === null) return attempt(() => create(draft, preview), null);
    const change = changeFrom(row, draft, preview, author);
    return attempt(() => edit(row, change), change);
  }

  function settle(how: Settlement) {
    const { row } = start;
    if (conflict === null || row === null) return;
    const current = rowAsOf(row, conflict.met.current);
    if (how === "discard") {
      refreshExpectations(client);
      reopenMark({ from: "expectation", row: current, how: "edit" });
      return;
    }
    const change = { ...conflict.change, version: current.version };
    void attempt(() => edit(current, change), change);
  }

  return { save, saving, failure, conflict: conflict?.met ?? null, settle };
}

/** The row as the expectation stands now; its counts are told again with the next list. */
export function rowAsOf(row: ExpectationRow, current: Expectation): ExpectationRow {
  const { known: _known, ...fields } = current;
  return { ...row, ...fields };
}
