"use client";
/** A button that copies a text and says for two seconds whether it did. */
import { type ReactNode, useEffect, useState } from "react";
import { copyText } from "@/components/ui/copy-text";
import { Icon } from "@/components/ui/icon";

type Props = { text: () => string; label: string; children?: ReactNode; className?: string };

export function CopyButton({ text, label, children, className = "btn quiet icon" }: Props) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => setOutcome((await copyText(text())) ? "copied" : "failed");
  const says = outcome === "failed" ? "Could not copy" : outcome === "copied" ? "Copied" : label;
  return (
    <button type="button" className={className} title={says} aria-label={says} onClick={copy}>
      <Icon name={outcome === "copied" ? "ok" : outcome === "failed" ? "warn" : "copy"} />
      {children}
      <span className="sr-only" aria-live="polite">
        {outcome === null ? "" : says}
      </span>
    </button>
  );
}
