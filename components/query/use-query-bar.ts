"use client";
/** What the search bar does on each key, click and paste. The rules are in the pure files beside. */
import {
  type ClipboardEvent,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import {
  type BarOption,
  presetOption,
  sectionsOf,
  tabOption,
} from "@/components/query/bar-options";
import { draftWithout, spotAt, writtenPart } from "@/components/query/completion-spot";
import { completionsAt } from "@/components/query/completions";
import { looksLikeHubble, onOneLine } from "@/components/query/hubble-paste";
import { type ChipActions, chipId } from "@/components/query/line-chips";
import type { QueryBoxProps } from "@/components/query/query-box";
import {
  lineOf,
  lineText,
  mendDraft,
  negateChip,
  openAll,
  openChip,
  type QueryLine,
  readLine,
  removeChip,
  withDraft,
} from "@/components/query/query-line";
import {
  forgetAllQueries,
  forgetQuery,
  rememberQuery,
  useRecentQueries,
} from "@/components/query/recent-queries";
import { type CountedValues, useCountedValues } from "@/components/query/use-counted-values";
import { useQueryLine } from "@/components/query/use-query-line";
import { copyText } from "@/components/ui/copy-text";
import { countOf } from "@/components/ui/number-text";
import { parseQuery } from "@/lib/query/parse";

export function useQueryBar({ q, onChange, input, within, onPasteHubble }: QueryBoxProps) {
  const { line, setLine, apply, reset } = useQueryLine(q, onChange);
  const area = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [cursor, setCursor] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const [judged, setJudged] = useState(false);
  const [pasted, setPasted] = useState<string | null>(null);
  const [done, setDone] = useState("");
  const recent = useRecentQueries();

  const spot = spotAt(line.draft, Math.min(cursor, line.draft.length));
  const counted = useCountedValues(open ? valuesWanted(line, spot) : null, within);
  const completions = completionsAt(
    line.draft,
    Math.min(cursor, line.draft.length),
    counted.values,
  );
  const sections = sectionsOf({ line, completions, recent, pasted });
  const options = sections.flatMap((section) => section.options);
  const active = !open
    ? null
    : chosen !== null && chosen < options.length
      ? chosen
      : presetOption(options, line);
  const read = readLine(line);
  const isBehind = !read.ok && read.error.at + read.error.length < spot.term.from;
  const error = !read.ok && (judged || isBehind || !open) && line.draft !== "" ? read.error : null;
  const note = pasted === null && spot.kind === "value" ? noteOf(counted, completions.length) : "";

  /** Shows the line with the cursor or selection in place. */
  const write = (next: QueryLine, from: number, to = from) => {
    flushSync(() => {
      setLine(next);
      setCursor(from);
      setChosen(null);
      setJudged(false);
      setPasted(null);
      setOpen(true);
    });
    input.current?.focus();
    input.current?.setSelectionRange(from, to);
  };
  const close = () => {
    setOpen(false);
    setChosen(null);
    setPasted(null);
  };
  const applyLine = (next: QueryLine): boolean => {
    const applied = apply(next);
    setJudged(applied === null);
    if (applied === null) return false;
    if (applied !== q) rememberQuery(applied);
    return true;
  };
  const leave = () => {
    close();
    input.current?.blur();
  };
  /** A change to a chip acts at once, if the whole is a query. */
  const change = (next: QueryLine, says: string) => {
    setDone(says);
    if (apply(next, next) === null) setLine(next);
  };
  const focusText = (edge: "start" | "end") => {
    const place = edge === "start" ? 0 : line.draft.length;
    input.current?.focus();
    input.current?.setSelectionRange(place, place);
  };
  const copy = async (term: string) => {
    setDone((await copyText(term)) ? `Copied ${term}` : "Could not copy");
  };

  const chipActions: ChipActions = {
    edit: (index) => {
      const opened = openChip(line, index);
      if (opened === null) setJudged(true);
      else write(opened, ...valueRange(opened.draft));
    },
    negate: (index) => change(negateChip(line, index), `Negated ${line.chips[index] ?? ""}`),
    remove: (index, next) => {
      if (next === "text") focusText("end");
      else if (next !== "same") document.getElementById(chipId(next))?.focus();
      change(removeChip(line, index), `Removed ${line.chips[index] ?? ""}`);
    },
    copy: (index) => void copy(line.chips[index] ?? ""),
    focus: (index) => document.getElementById(chipId(index))?.focus(),
    focusText,
  };

  const take = (option: BarOption) => {
    switch (option.kind) {
      case "completion":
        write(withDraft(line, option.completion.draft), option.completion.cursor);
        break;
      case "mend":
        write(withDraft(line, option.draft), option.draft.length);
        break;
      case "recent":
        applyLine(lineOf(option.q));
        leave();
        break;
      case "forget-all":
        forgetAllQueries();
        setChosen(null);
        setDone("Recent queries forgotten");
        break;
      case "negate":
        applyLine({ ...line, draft: option.term });
        leave();
        break;
      case "remove":
        applyLine({ ...line, draft: "" });
        leave();
        break;
      case "copy":
        void copy(option.term);
        break;
      case "translate":
        if (pasted !== null) onPasteHubble?.(pasted);
        leave();
        break;
      case "as-text":
        insert(pasted ?? "");
        break;
    }
  };
  const insert = (text: string) => {
    const from = input.current?.selectionStart ?? line.draft.length;
    const to = input.current?.selectionEnd ?? from;
    const put = onOneLine(text);
    write(
      withDraft(line, line.draft.slice(0, from) + put + line.draft.slice(to)),
      from + put.length,
    );
  };
  const forget = (text: string) => {
    forgetQuery(text);
    setDone(`Forgotten: ${text}`);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const act = actionOf(event);
    if (act === null) return;
    event.preventDefault();
    act();
  };
  const actionOf = (event: KeyboardEvent<HTMLInputElement>): (() => void) | null => {
    const { selectionStart: from, selectionEnd: to } = event.currentTarget;
    const atStart = from === 0 && to === 0;
    const atEnd = from === line.draft.length && to === from;
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const option = active === null ? undefined : options[active];
    if ((event.ctrlKey || event.metaKey) && event.key === "a") {
      const isAll = from === 0 && to === line.draft.length;
      const whole = openAll(line);
      return isAll && line.chips.length > 0 ? () => write(whole, 0, whole.draft.length) : null;
    }
    if (event.shiftKey && event.key === "Delete" && option?.kind === "recent") {
      return () => forget(option.q);
    }
    if (modified) return null;
    switch (event.key) {
      case "ArrowDown":
        return () => move(1);
      case "ArrowUp":
        return () => move(-1);
      case "Enter":
        if (option !== undefined) return () => take(option);
        return () => {
          if (applyLine(line)) leave();
          else setOpen(true);
        };
      case "Tab": {
        const at = event.shiftKey || !open ? null : (active ?? tabOption(options, line));
        const completed = at === null ? undefined : options[at];
        return completed === undefined ? null : () => take(completed);
      }
      case "Escape":
        if (open) return close;
        return () => {
          reset();
          setJudged(false);
          leave();
        };
      case "Backspace":
      case "ArrowLeft":
        return atStart && line.at > 0 ? () => chipActions.focus(line.at - 1) : null;
      case "ArrowRight":
        return atEnd && line.at < line.chips.length ? () => chipActions.focus(line.at) : null;
      default:
        return null;
    }
  };
  const move = (step: 1 | -1) => {
    setDone("");
    setOpen(true);
    if (!open || options.length === 0) return;
    const next = active === null ? (step > 0 ? 0 : options.length - 1) : active + step;
    setChosen((next + options.length) % options.length);
  };

  return {
    line,
    area,
    open: open && (options.length > 0 || note !== ""),
    sections,
    active,
    error,
    note,
    mended: error === null ? null : mendDraft(line.draft, error),
    said: done !== "" || !open ? done : [countOf(options.length, "suggestion"), note].join(". "),
    chipActions,
    take,
    forget,
    mend: (draft: string) => write(withDraft(line, draft), draft.length),
    onKeyDown,
    onWrite: (element: HTMLInputElement) => {
      setLine(withDraft(line, element.value));
      setCursor(element.selectionStart ?? element.value.length);
      setChosen(null);
      setJudged(false);
      setPasted(null);
      setDone("");
      setOpen(true);
    },
    onCursor: (element: HTMLInputElement) => {
      const place = element.selectionStart ?? 0;
      if (place === cursor) return;
      setCursor(place);
      setChosen(null);
    },
    onFocus: () => setOpen(true),
    onBoxClick: (event: MouseEvent) => {
      if (event.target === input.current) setOpen(true);
      else if (!(event.target instanceof Element && event.target.closest("button")))
        focusText("end");
    },
    onAreaBlur: (event: FocusEvent) => {
      // Another window may have the focus for a while: then nothing is left.
      if (document.activeElement === event.target) return;
      if (area.current?.contains(event.relatedTarget)) return;
      close();
      applyLine(line);
    },
    onPaste: (event: ClipboardEvent) => {
      const text = event.clipboardData.getData("text/plain");
      const isHubble = onPasteHubble !== undefined && looksLikeHubble(text);
      if (!isHubble && !/[\r\n]/.test(text)) return;
      event.preventDefault();
      if (!isHubble) return insert(text);
      setPasted(text);
      setChosen(null);
      setOpen(true);
    },
  };
}

function valuesWanted(line: QueryLine, spot: ReturnType<typeof spotAt>) {
  if (spot.kind !== "value") return null;
  const whole = lineText({ ...line, draft: draftWithout(line.draft, spot) });
  const q = parseQuery(whole).ok ? whole : lineText({ ...line, draft: "" });
  return { field: spot.name, part: writtenPart(spot), q };
}

/** The last value of a term, or all of a word: what one opens a chip to change. */
function valueRange(draft: string): [from: number, to: number] {
  const spot = spotAt(draft, draft.length);
  return spot.kind === "value" ? [spot.from, spot.to] : [0, draft.length];
}

function noteOf(counted: CountedValues, offered: number): string {
  if (counted.state === "failed") return `The values could not be read: ${counted.problem}`;
  if (counted.state === "loading" && counted.values.length === 0) return "Looking for values…";
  if (counted.more > 0) return `${countOf(counted.more, "more value")}: write on to find them`;
  if (counted.state === "ready" && offered === 0) return "No value in this range fits";
  return "";
}
