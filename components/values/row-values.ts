"use client";
/**
 * The menu of a row by keyboard: a row is one stop of Tab, so its values are offered together. The
 * values say themselves, by the element that shows them, so that any row of any table has the menu.
 */
import { type MouseEvent, useMemo } from "react";
import { announce } from "@/components/values/announce";
import { type AskedValue, choose } from "@/components/values/chosen-value";

const drawn = new WeakMap<Element, AskedValue>();
const ROW = "[role=row], tr";
/** From the left edge of the row, in px: below its first words. */
const INDENT = 36;

/** A `ref` that says what value its element shows. */
export function useDrawnValue(value: AskedValue): (element: Element | null) => void {
  return useMemo(
    () => (element: Element | null) => {
      if (element !== null) drawn.set(element, value);
    },
    [value],
  );
}

/** Offers the values of the row that has the focus or holds what has it, else of `fallback`. */
export function openRowMenu(fallback: Element | null = null): void {
  const row = document.activeElement?.closest(ROW) ?? fallback;
  if (row === null) announce("No row is chosen. Go to one with j.");
  else openMenuOf(row);
}

/** The context-menu key on a row; a pointer on a row means the browser's own menu. */
export function onRowContextMenu(event: MouseEvent<HTMLElement>): void {
  const { target } = event;
  if (!(target instanceof Element) || target !== document.activeElement) return;
  if (!target.matches(ROW) || event.button === 2) return;
  event.preventDefault();
  openMenuOf(target);
}

function openMenuOf(row: Element): void {
  const among = valuesIn(row);
  if (among.length === 0) announce("This row has no value to filter by.");
  const { left, top, height } = row.getBoundingClientRect();
  choose(among, { left: left + INDENT, top, width: 0, height });
}

function valuesIn(row: Element): AskedValue[] {
  const found = new Map<string, AskedValue>();
  for (const element of row.querySelectorAll(".value")) {
    const value = drawn.get(element);
    if (value === undefined) continue;
    const key = `${value.field} ${value.values.join("\n")}`;
    if (!found.has(key)) found.set(key, value);
  }
  return [...found.values()];
}
