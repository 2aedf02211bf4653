"use client";
/** The foot of the form: what still stands in the way of saving, and the buttons. */
import { ceilingOf, type Draft } from "@/components/expectations/draft";
import type { MarkStart } from "@/components/expectations/mark-start";
import type { Operator } from "@/components/expectations/operator";
import { toConfirm } from "@/components/expectations/preview-groups";
import type { ShownPreview } from "@/components/expectations/use-preview";
import { Icon } from "@/components/ui/icon";
import { countOf } from "@/components/ui/number-text";
import type { ParseResult } from "@/lib/query/parse";

/** Agreed to save though nothing could be counted. */
export const UNCOUNTED = "uncounted";

type Judged = {
  draft: Draft;
  start: MarkStart;
  shown: ShownPreview;
  confirmed: ReadonlySet<string>;
  parsed: ParseResult;
  operator: Operator;
};

/** What has to be done before it can be saved, in words; null when nothing has. */
export function obstacle({ draft, shown, confirmed, parsed, operator }: Judged): string | null {
  const { preview, stale, problem } = shown;
  if (!operator.mayWrite) return "You may look, and not change anything";
  if (!parsed.ok) return "Mend the query to save";
  if (preview?.refused != null) return "Mend what is refused to save";
  if (draft.reason.trim() === "") return "Give a reason to save";
  if (operator.name.trim() === "") return "Give your name to save";
  if (draft.expiresAt === null && operator.maxDays > 0) return "Say when it ends to save";
  if (problem !== null) return confirmed.has(UNCOUNTED) ? null : "Nothing was counted";
  if (stale || preview === null) return "Counting what it would hide…";
  const left = toConfirm(preview).filter((id) => !confirmed.has(id)).length;
  if (left > 0)
    return `Confirm ${left === 1 ? "the extra group" : countOf(left, "extra group")} to save`;
  return ceilingOf(draft, preview) === undefined ? "Counting…" : null;
}

type Props = {
  hindrance: string | null;
  failure: string | null;
  saving: boolean;
  draft: Draft;
  isEdit: boolean;
  needsUncounted: boolean;
  confirmed: ReadonlySet<string>;
  onConfirm: (id: string) => void;
  onCancel: () => void;
};

export function MarkFoot(props: Props) {
  const { hindrance, failure, saving, draft, isEdit, needsUncounted, confirmed } = props;
  return (
    <footer className="mark-foot">
      <div className="grow" role="status">
        {failure !== null ? (
          <p className="field-error" role="alert">
            <Icon name="warn" className="c-dropped" />
            <span>
              <b>Not saved.</b> {failure}
            </span>
          </p>
        ) : (
          hindrance !== null && (
            <p className="mark-hindrance" id="mark-hindrance">
              <Icon name="warn" className="c-audit" /> {hindrance}
            </p>
          )
        )}
        {needsUncounted && (
          <label className="check">
            <input
              type="checkbox"
              checked={confirmed.has(UNCOUNTED)}
              onChange={() => props.onConfirm(UNCOUNTED)}
            />
            Save without knowing what it hides
          </label>
        )}
      </div>
      <button type="button" className="btn" onClick={props.onCancel}>
        Cancel <kbd className="only-wide">Esc</kbd>
      </button>
      <button
        type="submit"
        className="btn primary"
        aria-disabled={hindrance !== null || saving}
        aria-describedby={hindrance === null ? undefined : "mark-hindrance"}
        title="Ctrl Enter"
      >
        {saving ? "Saving…" : saveText(draft, isEdit)}
      </button>
    </footer>
  );
}

function saveText({ mode }: Draft, isEdit: boolean): string {
  if (isEdit) return "Save the change";
  return mode === "trial" ? "Save as trial" : "Save and hide";
}
