"use client";
/**
 * The search bar at work: joins the line, what is offered, and the keys. The rules themselves are
 * plain functions in the files beside.
 */
import { type FocusEvent, type KeyboardEvent, type MouseEvent, useRef, useState } from "react";
import { createBarActions } from "@/components/query/bar-actions";
import { type BarIntent, intentOf } from "@/components/query/bar-keys";
import type { QueryBoxProps } from "@/components/query/query-box";
import { mendDraft, quoteWord, readLine, withDraft } from "@/components/query/query-line";
import { useBarOffers } from "@/components/query/use-bar-offers";
import { useQueryLine } from "@/components/query/use-query-line";
import { countOf } from "@/components/ui/number-text";

export type BarState = {
  /** Whether the list may be seen. */
  open: boolean;
  /** Start of the selection in the draft. */
  cursor: number;
  chosen: number | null;
  /** Enter was pressed on the draft as it is. */
  judged: boolean;
  /** Text for Hubble that was pasted and waits for a decision. */
  pasted: string | null;
  /** What was last done, for those who do not see it. */
  done: string;
};

const AT_REST: BarState = {
  open: false,
  cursor: 0,
  chosen: null,
  judged: false,
  pasted: null,
  done: "",
};

export function useQueryBar({ q, onChange, input, within, onPasteHubble }: QueryBoxProps) {
  const handle = useQueryLine(q, onChange);
  const { line } = handle;
  const [state, setState] = useState(AT_REST);
  const patch = (change: Partial<BarState>) => setState((last) => ({ ...last, ...change }));
  const area = useRef<HTMLDivElement>(null);
  const leaving = useRef(false);
  const offers = useBarOffers({ ...state, line, within });
  const { options, active, note } = offers;
  const open = state.open && (options.length > 0 || note !== "");
  const actions = createBarActions({ q, handle, state, patch, input, leaving, onPasteHubble });

  const perform = (intent: BarIntent): void => {
    switch (intent.to) {
      case "move":
        patch({ open: true, done: "", chosen: open ? next(active, intent.step) : null });
        break;
      case "take":
        actions.take(intent.option);
        break;
      case "forget":
        actions.forget(intent.q);
        break;
      case "apply":
        if (actions.applyLine(line)) actions.leave();
        else patch({ open: true });
        break;
      case "close":
        actions.close();
        break;
      case "give-up":
        actions.giveUp();
        break;
      case "chip":
        actions.chips.focus(intent.index);
        break;
      case "open-all":
        actions.openAll();
        break;
    }
  };
  const next = (from: number | null, step: 1 | -1): number | null => {
    if (options.length === 0) return null;
    if (from === null) return step > 0 ? 0 : options.length - 1;
    return (from + step + options.length) % options.length;
  };

  const read = readLine(line);
  const isBehind = !read.ok && read.error.at + read.error.length < offers.spot.term.from;
  const isSaid = state.judged || isBehind || !state.open;
  const error = !read.ok && isSaid && line.draft !== "" ? read.error : null;
  return {
    ...offers,
    line,
    area,
    open,
    error,
    mended: error === null ? null : (mendDraft(line.draft, error) ?? quoteWord(line.draft, error)),
    said:
      state.done !== "" || !open
        ? state.done
        : [countOf(options.length, "suggestion"), note].join(". "),
    actions,
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
      if (event.nativeEvent.isComposing) return;
      const intent = intentOf(keyOf(event), { line, open, options, active });
      if (intent === null) return;
      event.preventDefault();
      perform(intent);
    },
    onWrite: (element: HTMLInputElement) => {
      handle.setLine(withDraft(line, element.value));
      const cursor = element.selectionStart ?? element.value.length;
      setState({ ...AT_REST, open: true, cursor });
    },
    onCursor: (element: HTMLInputElement) => {
      const cursor = element.selectionStart ?? 0;
      if (cursor !== state.cursor) patch({ cursor, chosen: null });
    },
    onFocus: () => patch({ open: true }),
    onBoxClick: (event: MouseEvent) => {
      if (event.target === input.current) patch({ open: true });
      else if (!isButton(event.target)) actions.focusText("end");
    },
    onAreaBlur: (event: FocusEvent) => {
      // Another window may have the focus for a while: then nothing is left.
      if (leaving.current || document.activeElement === event.target) return;
      actions.close();
      if (area.current?.contains(event.relatedTarget)) return;
      actions.applyLine(line);
    },
  };
}

function keyOf(event: KeyboardEvent<HTMLInputElement>) {
  const { selectionStart, selectionEnd, value } = event.currentTarget;
  const from = selectionStart ?? value.length;
  return {
    key: event.key,
    shift: event.shiftKey,
    control: event.ctrlKey || event.metaKey,
    alt: event.altKey,
    from,
    to: selectionEnd ?? from,
  };
}

function isButton(target: EventTarget): boolean {
  return target instanceof Element && target.closest("button") !== null;
}
