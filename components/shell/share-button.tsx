"use client";
/**
 * Copies a link to what is shown. A live view has two: one to the times on the screen, which shows
 * a colleague the same, and one that stays live and shows what there is when it is opened.
 */
import { useEffect, useRef, useState } from "react";
import { copyText } from "@/components/ui/copy-text";
import { Icon } from "@/components/ui/icon";
import { Menu, type MenuHandle } from "@/components/ui/menu";

/** The element id of the button, for the key that presses it. */
export const SHARE_ID = "share";
const MENU_ID = "share-menu";

type Props = {
  link: () => string;
  /** Where the view is live: the link that stays so. */
  liveLink?: (() => string) | null;
};

export function ShareButton({ link, liveLink = null }: Props) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  const [open, setOpen] = useState(false);
  const menu = useRef<MenuHandle>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (text: string) =>
    void copyText(text).then((copied) => setOutcome(copied ? "copied" : "failed"));
  return (
    <>
      <button
        id={SHARE_ID}
        type="button"
        className="btn quiet"
        title="Copy a link to this view (y)"
        aria-haspopup={liveLink === null ? undefined : "menu"}
        aria-expanded={liveLink === null ? undefined : open}
        onClick={(event) =>
          liveLink === null
            ? copy(link())
            : menu.current?.open(event.currentTarget.getBoundingClientRect())
        }
      >
        <Icon name={outcome === "copied" ? "ok" : outcome === null ? "link" : "warn"} size={15} />
        <span className="only-wide" aria-live="polite">
          {outcome === "copied" ? "Link copied" : outcome === null ? "Share" : "Could not copy"}
        </span>
        <span className="sr-only only-narrow">Share</span>
      </button>
      {liveLink !== null && (
        <Menu
          id={MENU_ID}
          label="Share"
          handle={menu}
          onToggle={setOpen}
          actions={[
            {
              name: "Copy link to these times",
              icon: "link",
              note: "the same rows for everybody",
              run: () => copy(link()),
            },
            {
              name: "Copy live link",
              icon: "play",
              note: "what there is when it is opened",
              run: () => copy(liveLink()),
            },
          ]}
        />
      )}
    </>
  );
}
