"use client";
/**
 * A menu of actions after the WAI-ARIA pattern: one popover, arrow keys between the items, first
 * letters to jump, Escape or a click elsewhere to leave. It opens beside an element or at a point.
 */
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useImperativeHandle,
  useRef,
} from "react";
import { Icon, type IconName } from "@/components/ui/icon";
import { placeBeside, type Rect } from "@/components/ui/place-beside";

export type MenuAction = {
  /** What the item says; unique in its menu, with what stands before it. */
  name: string;
  /** Said first and more quietly: of what the name is one. */
  before?: string;
  icon?: IconName;
  /** A second line, or the key that does the same. */
  note?: string;
  run: () => void;
};

export type MenuHandle = { open: (beside: Rect) => void; close: () => void };

type Props = {
  id: string;
  label: string;
  /** Above the items; not one of them. */
  head?: ReactNode;
  actions: readonly MenuAction[];
  handle: RefObject<MenuHandle | null>;
  onToggle?: (open: boolean) => void;
};

export function Menu({ id, label, head, actions, handle, onToggle }: Props) {
  const popover = useRef<HTMLDivElement>(null);
  useImperativeHandle(handle, () => ({
    open: (beside) => {
      const element = popover.current;
      if (element === null) return;
      if (!element.matches(":popover-open")) element.showPopover();
      placeBeside(element, beside);
      itemsOf(element)[0]?.focus();
    },
    close: () => popover.current?.hidePopover(),
  }));
  return (
    <div
      ref={popover}
      id={id}
      popover="auto"
      className="menu"
      onToggle={(event) => onToggle?.(event.newState === "open")}
    >
      {head !== undefined && <div className="menu-head">{head}</div>}
      <div role="menu" aria-label={label} onKeyDown={moveFocus}>
        {actions.map((action) => (
          <button
            key={`${action.before ?? ""} ${action.name}`}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              popover.current?.hidePopover();
              action.run();
            }}
          >
            {action.icon !== undefined && <Icon name={action.icon} />}
            <span className="cut">
              {action.before !== undefined && <span className="dim">{action.before} </span>}
              {action.name}
            </span>
            {action.note !== undefined && <span className="menu-note">{action.note}</span>}
          </button>
        ))}
      </div>
    </div>
  );
}

function itemsOf(element: Element): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>("[role=menuitem]")];
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const items = itemsOf(event.currentTarget);
  const at = items.findIndex((item) => item.matches(":focus"));
  const next = itemFor(event.key, items, at);
  if (event.key === "Tab") {
    event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
  } else if (next !== undefined) {
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  }
}

function itemFor(key: string, items: readonly HTMLElement[], at: number): HTMLElement | undefined {
  if (key === "ArrowDown") return items[(at + 1) % items.length];
  if (key === "ArrowUp") return items[(at - 1 + items.length) % items.length];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1 || key === " ") return undefined;
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  const letter = key.toLowerCase();
  return after.find((item) => item.textContent.trim().toLowerCase().startsWith(letter));
}
