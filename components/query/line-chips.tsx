"use client";
/**
 * The terms of the search bar as chips. One of them is in the tab order; the arrow keys go on from
 * there. Enter edits, minus negates, Delete and Backspace remove, Ctrl+C copies.
 */
import { type KeyboardEvent, type MouseEvent, useState } from "react";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";

export type ChipActions = {
  edit: (index: number) => void;
  negate: (index: number) => void;
  /** `focus` is what has the focus then: a chip, the text, or what has it now. */
  remove: (index: number, focus: number | "text" | "same") => void;
  copy: (index: number) => void;
  /** To a chip, or into the text: at its start when coming from the left. */
  focus: (index: number) => void;
  focusText: (edge: "start" | "end") => void;
};

type Props = { chips: readonly string[]; at: number; actions: ChipActions };

export const CHIP_HELP_ID = "chip-help";
export const chipId = (index: number) => `query-chip-${index}`;

export function LineChips({ chips, at, actions }: Props) {
  const [focused, setFocused] = useState<number | null>(null);
  const reachable = Math.min(focused ?? chips.length - 1, chips.length - 1);
  return (
    <div className="line-chips" role="group" aria-label="Terms of the query">
      {chips.map((chip, index) => (
        <LineChip
          // biome-ignore lint/suspicious/noArrayIndexKey: the same term may stand there twice, and the focus stays in its place
          key={index}
          chip={chip}
          index={index}
          behind={index >= at}
          reachable={index === reachable}
          actions={actions}
          onFocus={() => setFocused(index)}
          onKeyDown={(event) => onChipKey(event, index, { chips, at, actions })}
        />
      ))}
    </div>
  );
}

type ChipProps = {
  chip: string;
  index: number;
  behind: boolean;
  reachable: boolean;
  actions: ChipActions;
  onFocus: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
};

function LineChip({ chip, index, behind, reachable, actions, onFocus, onKeyDown }: ChipProps) {
  const colon = fieldEnd(chip);
  const isNot = chip.startsWith("-");
  return (
    <span className={`chip ${isNot ? "is-not" : ""} ${behind ? "is-behind" : ""}`}>
      <button
        type="button"
        id={chipId(index)}
        className="chip-text"
        tabIndex={reachable ? 0 : -1}
        aria-describedby={CHIP_HELP_ID}
        title="Click to edit, Alt-click to negate"
        onMouseDown={keepFocus}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
        onClick={(event) => (event.altKey ? actions.negate(index) : actions.edit(index))}
      >
        {colon > 0 && <span className="chip-field">{chip.slice(0, colon)}</span>}
        <FlowText text={chip.slice(colon)} />
      </button>
      <button
        type="button"
        className="chip-remove"
        tabIndex={-1}
        aria-label={`Remove ${chip}`}
        onMouseDown={keepFocus}
        onClick={() => actions.remove(index, "same")}
      >
        <Icon name="close" size={11} />
      </button>
    </span>
  );
}

/** Behind the colon of a field term; 0 for words. Canonical words are quoted when they have one. */
function fieldEnd(chip: string): number {
  return /^-?[a-z0-9.]+:/.exec(chip)?.[0].length ?? 0;
}

/** A click on a chip does not leave the text before it is known what is clicked. */
function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}

function onChipKey(event: KeyboardEvent, index: number, { chips, at, actions }: Props): void {
  const act = keyAction(event, index, { chips, at, actions });
  if (act === null) return;
  event.preventDefault();
  act();
}

function keyAction(
  event: KeyboardEvent,
  index: number,
  { chips, at, actions }: Props,
): (() => void) | null {
  const last = chips.length - 1;
  if ((event.ctrlKey || event.metaKey) && event.key === "c") return () => actions.copy(index);
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  switch (event.key) {
    case "ArrowLeft":
      if (index === at) return () => actions.focusText("end");
      return () => actions.focus(Math.max(0, index - 1));
    case "ArrowRight":
      if (index === at - 1) return () => actions.focusText("start");
      return index === last ? () => actions.focusText("end") : () => actions.focus(index + 1);
    case "Home":
      return () => actions.focus(0);
    case "End":
    case "Escape":
      return () => actions.focusText("end");
    case "Enter":
    case "F2":
    case " ":
      return () => actions.edit(index);
    case "-":
    case "!":
      return () => actions.negate(index);
    case "Backspace":
      return () => actions.remove(index, index > 0 ? index - 1 : last > 0 ? 0 : "text");
    case "Delete":
      return () => actions.remove(index, index < last ? index : index > 0 ? index - 1 : "text");
    default:
      return null;
  }
}
