"use client";
/**
 * A value that can be asked for: a right click, or a small button on hover and focus, offers to
 * include it, exclude it, see only it, or copy it; by keyboard, the row has it (`row-values`). The
 * menu itself is drawn once, by `ValueMenuHost`, so that a table of thousands of values stays light.
 */
import { type MouseEvent, type ReactNode, useEffect, useMemo, useState } from "react";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import type { Rect } from "@/components/ui/place-beside";
import { type AskedValue, chooseValue, shownText } from "@/components/values/chosen-value";
import { useDrawnValue } from "@/components/values/row-values";
import { visibleText } from "@/lib/drops/visible-text";
import type { FieldName } from "@/lib/query/query";

/** A pointer that only passes, or clicks at once, means the row and not the value. */
const LINGER_MS = 350;

type Props = {
  field: FieldName;
  /** Meant literally; the empty text is "has none". Several where one thing has several names. */
  value: string | readonly string[];
  /** What it is called where that is not its value. */
  label?: string;
  /**
   * `tab`: reached by Tab. `hover`: by a pointer that stays on it, inside a row that is itself the
   * stop. `none`: no button, inside something that is a button already; a right click still works.
   */
  button?: "tab" | "hover" | "none";
  className?: string;
  /** How it is shown; by default as text. */
  children?: ReactNode;
};

export function ValueMenu(props: Props) {
  const { field, value, label, button = "tab", className = "", children } = props;
  const [near, setNear] = useState(false);
  const asked = useMemo<AskedValue>(
    () => ({ field, values: typeof value === "string" ? [value] : value, label }),
    [field, value, label],
  );
  const drawn = useDrawnValue(asked);
  const shown = shownText(asked);
  const choose = (beside: Rect) => chooseValue(asked, beside);
  const onContextMenu = (event: MouseEvent<HTMLElement>) => {
    // A selection has a menu of its own, with "Copy" in it.
    if (event.shiftKey || hasSelection()) return;
    event.preventDefault();
    event.stopPropagation();
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    const byKey = event.clientX === 0 && event.clientY === 0;
    const at = byKey ? { left, top: bottom } : { left: event.clientX, top: event.clientY };
    choose({ ...at, width: 0, height: 0 });
  };
  const waits = button === "hover";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button and the details do the same
    <span
      ref={drawn}
      className={`value ${className}`}
      onContextMenu={onContextMenu}
      onPointerEnter={waits ? (event) => setNear(event.pointerType === "mouse") : undefined}
      onPointerLeave={waits ? () => setNear(false) : undefined}
    >
      {children ?? <FlowText className="cut" text={shown} />}
      {button === "tab" && <MenuButton field={field} shown={shown} onChoose={choose} />}
      {near && <LateButton field={field} shown={shown} onChoose={choose} />}
    </span>
  );
}

type ButtonProps = {
  field: FieldName;
  shown: string;
  onChoose: (beside: DOMRect) => void;
  tabIndex?: number;
};

function LateButton(props: ButtonProps) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LINGER_MS);
    return () => clearTimeout(timer);
  }, []);
  return late ? <MenuButton {...props} tabIndex={-1} /> : null;
}

function MenuButton({ field, shown, onChoose, tabIndex = 0 }: ButtonProps) {
  return (
    <button
      type="button"
      className="value-button"
      tabIndex={tabIndex}
      aria-haspopup="menu"
      aria-label={`Filter by ${field} ${visibleText(shown)}`}
      title={`Filter by ${field}`}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onChoose(event.currentTarget.getBoundingClientRect());
      }}
    >
      <Icon name="filter" size={12} />
    </button>
  );
}

function hasSelection(): boolean {
  return (window.getSelection()?.toString() ?? "") !== "";
}
