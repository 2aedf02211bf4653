"use client";
/** What can be done in the search bar, by key, click or paste: from the line as it is to the next. */
import type { ClipboardEvent, RefObject } from "react";
import { flushSync } from "react-dom";
import type { BarOption } from "@/components/query/bar-options";
import { spotAt } from "@/components/query/completion-spot";
import { looksLikeHubble, onOneLine } from "@/components/query/hubble-paste";
import { type ChipActions, chipId } from "@/components/query/line-chips";
import {
  lineOf,
  negateChip,
  openAll,
  openChip,
  type QueryLine,
  removeChip,
  withDraft,
} from "@/components/query/query-line";
import { forgetAllQueries, forgetQuery, rememberQuery } from "@/components/query/recent-queries";
import type { BarState } from "@/components/query/use-query-bar";
import type { LineHandle } from "@/components/query/use-query-line";
import { copyText } from "@/components/ui/copy-text";

type Bar = {
  q: string;
  handle: LineHandle;
  state: BarState;
  patch: (change: Partial<BarState>) => void;
  input: RefObject<HTMLInputElement | null>;
  /** True while the text is left on purpose, so that leaving it does not apply what is in it. */
  leaving: RefObject<boolean>;
  onPasteHubble: ((text: string) => void) | undefined;
};

export type BarActions = ReturnType<typeof createBarActions>;

export function createBarActions(bar: Bar) {
  const editing = createEditing(bar);
  const forget = (q: string) => {
    forgetQuery(q);
    bar.patch({ done: `Forgotten: ${q}` });
  };
  return {
    ...editing,
    forget,
    chips: createChipActions(bar, editing),
    take: createTake(bar, editing),
    mend: (draft: string) => editing.write(withDraft(bar.handle.line, draft), draft.length),
    onPaste: (event: ClipboardEvent) => {
      const text = event.clipboardData.getData("text/plain");
      const isHubble = bar.onPasteHubble !== undefined && looksLikeHubble(text);
      if (!isHubble && !/[\r\n]/.test(text)) return;
      event.preventDefault();
      if (isHubble) bar.patch({ pasted: text, chosen: null, open: true });
      else editing.insert(text);
    },
  };
}

type Editing = ReturnType<typeof createEditing>;

function createEditing({ q, handle, patch, input, leaving }: Bar) {
  const { line, setLine, apply, reset } = handle;
  /** Shows the line, with the cursor or a selection in its draft. */
  const write = (next: QueryLine, from: number, to = from) => {
    flushSync(() => {
      setLine(next);
      patch({ cursor: from, chosen: null, judged: false, pasted: null, open: true });
    });
    input.current?.focus();
    input.current?.setSelectionRange(from, to);
  };
  const close = () => patch({ open: false, chosen: null, pasted: null });
  const leave = () => {
    close();
    leaving.current = true;
    input.current?.blur();
    leaving.current = false;
  };
  return {
    write,
    close,
    leave,
    /** False, with the reason shown, where the line is not a query. */
    applyLine: (next: QueryLine): boolean => {
      const applied = apply(next);
      patch({ judged: applied === null });
      if (applied !== null && applied !== q) rememberQuery(applied);
      return applied !== null;
    },
    giveUp: () => {
      reset();
      patch({ judged: false });
      leave();
    },
    focusText: (edge: "start" | "end") => {
      const place = edge === "start" ? 0 : line.draft.length;
      input.current?.focus();
      input.current?.setSelectionRange(place, place);
    },
    openAll: () => {
      const whole = openAll(line);
      write(whole, 0, whole.draft.length);
    },
    insert: (text: string) => {
      const from = input.current?.selectionStart ?? line.draft.length;
      const to = input.current?.selectionEnd ?? from;
      const put = onOneLine(text);
      const draft = line.draft.slice(0, from) + put + line.draft.slice(to);
      write(withDraft(line, draft), from + put.length);
    },
    copy: async (term: string) => {
      patch({ done: (await copyText(term)) ? `Copied ${term}` : "Could not copy" });
    },
  };
}

function createChipActions({ handle, patch }: Bar, editing: Editing): ChipActions {
  const { line, setLine, apply } = handle;
  const focus = (index: number) => document.getElementById(chipId(index))?.focus();
  /** Acts at once where the whole is a query; else with the rest, once that is mended. */
  const change = (next: QueryLine, done: string) => {
    patch({ done });
    if (apply(next, next) === null) setLine(next);
  };
  return {
    focus,
    focusText: editing.focusText,
    copy: (index) => void editing.copy(line.chips[index] ?? ""),
    edit: (index) => {
      const opened = openChip(line, index);
      if (opened === null) patch({ judged: true });
      else editing.write(opened, ...valueRange(opened.draft));
    },
    negate: (index) => change(negateChip(line, index), `Negated ${line.chips[index] ?? ""}`),
    remove: (index, then) => {
      if (then === "text") editing.focusText("end");
      else if (then !== "same") focus(then);
      change(removeChip(line, index), `Removed ${line.chips[index] ?? ""}`);
    },
  };
}

/** The last value of a term, or all of a word: what one opens a chip to change. */
function valueRange(draft: string): [from: number, to: number] {
  const spot = spotAt(draft, draft.length);
  return spot.kind === "value" ? [spot.from, spot.to] : [0, draft.length];
}

function createTake({ handle, state, patch, onPasteHubble }: Bar, editing: Editing) {
  const { line } = handle;
  const finish = (next: QueryLine) => {
    editing.applyLine(next);
    editing.leave();
  };
  return (option: BarOption): void => {
    switch (option.kind) {
      case "completion":
        editing.write(withDraft(line, option.completion.draft), option.completion.cursor);
        break;
      case "mend":
        editing.write(withDraft(line, option.draft), option.draft.length);
        break;
      case "recent":
        finish(lineOf(option.q));
        break;
      case "forget-all":
        forgetAllQueries();
        patch({ chosen: null, done: "Recent queries forgotten" });
        break;
      case "negate":
        finish({ ...line, draft: option.term });
        break;
      case "remove":
        finish({ ...line, draft: "" });
        break;
      case "copy":
        void editing.copy(option.term);
        break;
      case "translate":
        if (state.pasted !== null) onPasteHubble?.(state.pasted);
        editing.leave();
        break;
      case "as-text":
        editing.insert(state.pasted ?? "");
        break;
    }
  };
}
