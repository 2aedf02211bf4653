"use client";
/**
 * A modal dialog: the browser keeps the focus in it, closes it on Escape and gives the focus back.
 * What it holds exists only while it is open.
 */
import { type ReactNode, type RefObject, useId, useRef, useState } from "react";
import { Icon } from "@/components/ui/icon";

export type DialogState = {
  ref: RefObject<HTMLDialogElement | null>;
  isOpen: boolean;
  show: () => void;
  close: () => void;
  onClose: () => void;
};

export function useDialog(): DialogState {
  const ref = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  return {
    ref,
    isOpen,
    show: () => {
      setOpen(true);
      if (ref.current?.open === false) ref.current.showModal();
    },
    close: () => ref.current?.close(),
    onClose: () => setOpen(false),
  };
}

type Props = { dialog: DialogState; title: string; children: ReactNode };

export function Dialog({ dialog, title, children }: Props) {
  const id = useId();
  return (
    <dialog
      ref={dialog.ref}
      className="hubble-dialog"
      aria-labelledby={id}
      onClose={dialog.onClose}
    >
      {dialog.isOpen && (
        <>
          <div className="dialog-head">
            <h2 id={id}>{title}</h2>
            <button
              type="button"
              className="btn quiet icon"
              aria-label="Close"
              title="Close (Esc)"
              onClick={dialog.close}
            >
              <Icon name="close" />
            </button>
          </div>
          {children}
        </>
      )}
    </dialog>
  );
}
