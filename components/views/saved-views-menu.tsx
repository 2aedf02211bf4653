"use client";
/** Saved views: a button in the bar and the list behind it. Everybody on this server shares them. */
import { useRef, useState } from "react";
import type { UrlState } from "@/components/query/url-state";
import { Icon } from "@/components/ui/icon";
import { countOf } from "@/components/ui/number-text";
import { placeBeside } from "@/components/ui/place-beside";
import { SaveViewForm } from "@/components/views/save-view-form";
import { savedSearch } from "@/components/views/saved-search";
import { SavedViewRow } from "@/components/views/saved-view-row";
import { useSavedViews } from "@/components/views/use-saved-views";

/** The element id of the button, for the key that presses it. */
export const VIEWS_ID = "views";
const PANEL_ID = "views-panel";

export function SavedViewsMenu({ url }: { url: UrlState }) {
  const [open, setOpen] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const search = savedSearch(url);
  return (
    <>
      <button
        ref={button}
        id={VIEWS_ID}
        type="button"
        className="btn quiet"
        title="Saved views (v)"
        aria-haspopup="dialog"
        popoverTarget={PANEL_ID}
      >
        <Icon name="bookmark" size={15} />
        <span className="only-wide">Views</span>
        <span className="sr-only only-narrow">Views</span>
      </button>
      <div
        ref={panel}
        id={PANEL_ID}
        popover="auto"
        role="dialog"
        className="views"
        aria-label="Saved views"
        onToggle={(event) => {
          setOpen(event.newState === "open");
          const beside = button.current?.getBoundingClientRect();
          if (event.newState === "open" && beside !== undefined) {
            placeBeside(event.currentTarget, beside);
          }
        }}
      >
        {open && <ViewsPanel search={search} onDone={() => panel.current?.hidePopover()} />}
      </div>
    </>
  );
}

function ViewsPanel({ search, onDone }: { search: string; onDone: () => void }) {
  const { views, problem, retry } = useSavedViews(true);
  return (
    <>
      <div className="views-head">
        <h2>Saved views</h2>
        {views !== undefined && views.length > 0 && (
          <span className="dim">{countOf(views.length, "view")}, shared by everybody here</span>
        )}
        <button type="button" className="btn quiet icon" aria-label="Close" onClick={onDone}>
          <Icon name="close" />
        </button>
      </div>
      {problem !== null && (
        <div className="views-note" role="alert">
          <p>
            <b>The list could not be read.</b> {problem}
          </p>
          <button type="button" className="btn" onClick={retry}>
            Try again
          </button>
        </div>
      )}
      {views === undefined && problem === null && (
        <p className="views-note dim">Reading the list…</p>
      )}
      {views?.length === 0 && (
        <p className="views-note">
          None yet. Save what you look at now under a name, and everybody on this server finds it
          here.
        </p>
      )}
      {views !== undefined && views.length > 0 && (
        <ul className="views-list">
          {views.map((view) => (
            <SavedViewRow key={view.id} view={view} search={search} onDone={onDone} />
          ))}
        </ul>
      )}
      <SaveViewForm search={search} />
    </>
  );
}
