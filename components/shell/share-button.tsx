"use client";
/** Copies a link to what is shown. */
import { useEffect, useState } from "react";
import { copyText } from "@/components/ui/copy-text";
import { Icon } from "@/components/ui/icon";

/** The element id of the button, for the key that presses it. */
export const SHARE_ID = "share";

export function ShareButton({ link }: { link: () => string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      id={SHARE_ID}
      type="button"
      className="btn quiet"
      title="Copy a link to this view (y)"
      onClick={async () => setCopied(await copyText(link()))}
    >
      <Icon name={copied ? "ok" : "link"} size={15} />
      <span className="only-wide" aria-live="polite">
        {copied ? "Link copied" : "Share"}
      </span>
      <span className="sr-only only-narrow">Share</span>
    </button>
  );
}
