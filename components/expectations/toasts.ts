"use client";
/** Short messages about what was done, each with a way back as long as it is shown. */
import { useSyncExternalStore } from "react";

export type Toast = {
  id: number;
  text: string;
  /** What its button says and does; none for a plain message. */
  action?: { label: string; run: () => Promise<void> };
  wrong: boolean;
};

/** Long enough to be read and reached; not counted while it is looked at. */
export const TOAST_MS = 20_000;
const MOST = 3;

let toasts: readonly Toast[] = [];
let count = 0;
const NONE: readonly Toast[] = [];
const listeners = new Set<() => void>();

export function showToast(toast: Omit<Toast, "id" | "wrong"> & { wrong?: boolean }): void {
  count += 1;
  set([...toasts, { wrong: false, ...toast, id: count }].slice(-MOST));
}

export function dropToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

/** Presses the newest message's button; false when there is none. */
export function runNewest(): boolean {
  const newest = toasts.findLast((toast) => toast.action !== undefined);
  if (newest?.action === undefined) return false;
  dropToast(newest.id);
  void newest.action.run();
  return true;
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
    () => NONE,
  );
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const tell of listeners) tell();
}
