"use client";
/** The form itself: conditions and fields on the left, what they would hide on the right. */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { AuthorField } from "@/components/expectations/author-field";
import { ConditionList } from "@/components/expectations/condition-list";
import { ConflictBox } from "@/components/expectations/conflict-box";
import {
  type Draft,
  draftOfCopy,
  draftOfRow,
  newDraft,
  previewRequest,
} from "@/components/expectations/draft";
import { EndField } from "@/components/expectations/end-field";
import { HubbleForm } from "@/components/expectations/hubble-form";
import { CeilingField, WatchField } from "@/components/expectations/limits-fields";
import { MarkFoot, obstacle } from "@/components/expectations/mark-foot";
import type { MarkStart } from "@/components/expectations/mark-start";
import type { Operator } from "@/components/expectations/operator";
import {
  AppliesField,
  ModeField,
  ReasonField,
  TicketField,
} from "@/components/expectations/plain-fields";
import { PreviewPane } from "@/components/expectations/preview-pane";
import { QueryLine } from "@/components/expectations/query-line";
import { usePreview } from "@/components/expectations/use-preview";
import { useSaveMark } from "@/components/expectations/use-save-mark";
import { presentMs } from "@/components/ui/ticker";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";

type Props = { start: MarkStart; operator: Operator; onClose: () => void };

const NO_TERMS: Query = { terms: [] };

export function MarkForm({ start, operator, onClose }: Props) {
  const [nowMs] = useState(() => presentMs());
  const [first] = useState(() => firstDraft(start, nowMs, operator.maxDays));
  const [draft, setDraft] = useState(first);
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  const [lastRead, setLastRead] = useState<Query>(NO_TERMS);
  const parsed = parseQuery(draft.query);
  const query = parsed.ok ? parsed.query : lastRead;
  const shown = usePreview(parsed.ok ? previewRequest(draft, start.basis, start.replaces) : null);
  const { save, saving, failure, conflict, settle } = useSaveMark(start, operator, onClose);
  const reason = useRef<HTMLTextAreaElement>(null);
  useEffect(() => reason.current?.focus({ preventScroll: true }), []);

  const change = (next: Partial<Draft>) => setDraft((before) => ({ ...before, ...next }));
  const setQuery = (text: string) => {
    const next = parseQuery(text);
    if (next.ok) setLastRead(next.query);
    else if (parsed.ok) setLastRead(parsed.query);
    // What was agreed to was another draft.
    setConfirmed(new Set());
    change({ query: text });
  };
  const confirm = (id: string) => setConfirmed((before) => toggled(before, id));
  const hindrance = obstacle({ draft, start, shown, confirmed, parsed, operator });
  const submit = () => {
    if (hindrance === null && !saving) void save(draft, shown.preview);
  };
  const [leaving, setLeaving] = useState(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !leaving && JSON.stringify(draft) !== JSON.stringify(first)) {
      // The first press only warns; the second goes on to the panel, which closes.
      event.preventDefault();
      setLeaving(true);
      return;
    }
    setLeaving(false);
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };

  return (
    <form
      className="mark-form"
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="mark-columns">
        <div className="mark-left">
          {conflict !== null && <ConflictBox conflict={conflict} onSettle={settle} />}
          <ConditionList
            conditions={start.conditions}
            query={query}
            readable={parsed.ok}
            onChange={setQuery}
          />
          <QueryLine text={draft.query} parsed={parsed} onChange={setQuery} />
          <ReasonField input={reason} value={draft.reason} onChange={change} />
          <AuthorField operator={operator} />
          <div className="field-pair">
            <EndField
              expiresAt={draft.expiresAt}
              maxDays={operator.maxDays}
              nowMs={nowMs}
              onChange={(expiresAt) => change({ expiresAt })}
            />
            <CeilingField draft={draft} preview={shown.preview} onChange={change} />
          </div>
          <div className="field-pair">
            <TicketField value={draft.ticket} onChange={change} />
            <AppliesField value={draft.appliesFrom} row={start.row} onChange={change} />
          </div>
          <WatchField draft={draft} onChange={change} />
          <ModeField mode={draft.mode} onChange={change} />
        </div>
        <div className="mark-right">
          <PreviewPane
            shown={shown}
            readable={parsed.ok}
            trial={draft.mode === "trial"}
            confirmed={confirmed}
            onConfirm={confirm}
          />
          <HubbleForm query={query} />
        </div>
      </div>
      <MarkFoot
        hindrance={leaving ? "Press Esc again to discard what you changed" : hindrance}
        failure={failure}
        saving={saving}
        draft={draft}
        isEdit={start.replaces !== null}
        needsUncounted={shown.problem !== null}
        confirmed={confirmed}
        onConfirm={confirm}
        onCancel={onClose}
      />
    </form>
  );
}

function firstDraft({ row, replaces, query }: MarkStart, nowMs: number, maxDays: number): Draft {
  if (row === null) return newDraft(query, nowMs, maxDays);
  return replaces === null ? draftOfCopy(row, nowMs, maxDays) : draftOfRow(row);
}

function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(before);
  if (!next.delete(id)) next.add(id);
  return next;
}
