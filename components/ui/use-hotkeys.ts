"use client";
/**
 * Single keys and two-key sequences for the whole page. Never while typing, with a modifier held,
 * or while a dialog is open: those keys belong to someone else.
 */
import { useEffect, useEffectEvent } from "react";

const SEQUENCE_MS = 1_000;

/** By `KeyboardEvent.key`, named keys in lower case; sequences with a space: `j`, `escape`, `g t`. */
export type Hotkeys = Readonly<Record<string, () => void>>;

export function useHotkeys(hotkeys: Hotkeys): void {
  const press = useEffectEvent((key: string): boolean => {
    const action = hotkeys[key];
    action?.();
    return action !== undefined;
  });
  useEffect(() => {
    let first = "";
    let firstAtMs = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || belongsElsewhere(event)) return;
      const recent = event.timeStamp - firstAtMs < SEQUENCE_MS;
      const key = event.key.length > 1 ? event.key.toLowerCase() : event.key;
      const taken = (recent && first !== "" && press(`${first} ${key}`)) || press(key);
      first = taken ? "" : key;
      firstAtMs = event.timeStamp;
      if (taken) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

function belongsElsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  if (document.querySelector("dialog[open], [popover]:popover-open") !== null) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("input, textarea, select")) return true;
  // Arrows scroll what is read by scrolling.
  if (/^Arrow(Up|Down)$/.test(event.key) && target.closest("[data-scrolls]") !== null) return true;
  // Enter and space on a button press that button.
  return (event.key === "Enter" || event.key === " ") && target.matches("button, a, summary");
}
