"use client";
/** The facet list over the page, where there is no room beside the table. */
import { type ReactNode, useEffect, useRef } from "react";

export function FacetDrawer({ children, onClose }: { children: ReactNode; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="facet-drawer" aria-label="Facets" onClose={onClose}>
      {children}
    </dialog>
  );
}
