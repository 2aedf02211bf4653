"use client";
/** The messages, at the foot of the screen. `z` takes the newest back from anywhere. */
import { useEffect, useState } from "react";
import {
  dropToast,
  runNewest,
  TOAST_MS,
  type Toast,
  useToasts,
} from "@/components/expectations/toasts";
import { Icon } from "@/components/ui/icon";
import { useHotkeys } from "@/components/ui/use-hotkeys";

export function ToastList() {
  const toasts = useToasts();
  useHotkeys({ z: () => runNewest() });
  return (
    <section className="toasts" aria-label="Messages" aria-live="polite">
      {toasts.map((toast) => (
        <Message key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function Message({ toast }: { toast: Toast }) {
  const { id, text, action, wrong } = toast;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dropToast(id), TOAST_MS);
    return () => clearTimeout(timer);
  }, [held, id]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: looking at it only stops its clock
    <div
      className={wrong ? "toast is-wrong" : "toast"}
      role={wrong ? "alert" : "status"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon name={wrong ? "warn" : "ok"} className={wrong ? "c-audit" : "c-ok"} />
      <p>{text}</p>
      {action !== undefined && (
        <button
          type="button"
          className="btn"
          onClick={() => {
            dropToast(id);
            void action.run();
          }}
        >
          {action.label}
          <kbd className="only-wide">z</kbd>
        </button>
      )}
      <button
        type="button"
        className="btn quiet icon"
        aria-label="Dismiss"
        onClick={() => dropToast(id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
