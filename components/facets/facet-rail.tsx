"use client";
/**
 * The values that occur, field by field, with their counts under the present query: what there is
 * to click on. Nothing moves while the pointer or the focus is at it.
 */
import { type KeyboardEvent, useState } from "react";
import { FacetSection } from "@/components/facets/facet-section";
import { type FacetsAsked, facetOf, useFacets } from "@/components/facets/use-facets";
import { Icon } from "@/components/ui/icon";
import { setPreferences, usePreferences } from "@/components/ui/preferences";
import { FACET_FIELDS } from "@/lib/drops/view";
import type { Query } from "@/lib/query/query";

const LISTED = 8;
export const RAIL_ID = "facets";

type Props = {
  asked: FacetsAsked;
  /** Null while the query in the address cannot be understood. */
  query: Query | null;
  onClose: () => void;
};

export function FacetRail({ asked, query, onClose }: Props) {
  const { foldedFacets } = usePreferences();
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const fields = FACET_FIELDS.filter((field) => !foldedFacets.includes(field));
  const answer = useFacets(asked, { fields, limit: LISTED }, query !== null);
  const fold = (field: string) =>
    setPreferences({
      foldedFacets: foldedFacets.includes(field)
        ? foldedFacets.filter((name) => name !== field)
        : [...foldedFacets, field],
    });
  return (
    <aside
      id={RAIL_ID}
      className={`rail ${answer.stale ? "is-stale" : ""}`}
      aria-label="Facets"
      tabIndex={-1}
      onPointerEnter={(event) => setPointed(event.pointerType === "mouse")}
      onPointerLeave={() => setPointed(false)}
      onFocus={(event) => setFocused(event.target.matches(":focus-visible"))}
      onBlur={() => setFocused(false)}
      onKeyDown={moveFocus}
    >
      <div className="rail-head">
        <h2>Facets</h2>
        <span className="dim" title="A drop counts once for each of its values">
          attempts
        </span>
        <button
          type="button"
          className="btn quiet icon"
          aria-label="Hide facets"
          title="Hide facets (f)"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="rail-body">
        {query === null && (
          <p className="rail-note">The query cannot be understood yet, so nothing is counted.</p>
        )}
        {query !== null && answer.problem !== null && (
          <div className="rail-note" role="alert">
            <p>
              <b>The counts could not be read.</b> {answer.problem}
            </p>
            <button type="button" className="btn" onClick={answer.retry}>
              Try again
            </button>
          </div>
        )}
        {query !== null &&
          FACET_FIELDS.map((field) => (
            <FacetSection
              key={field}
              field={field}
              asked={asked}
              query={query}
              answer={facetOf(answer.facets, field)}
              failed={answer.problem !== null}
              folded={foldedFacets.includes(field)}
              held={pointed || focused}
              onFold={() => fold(field)}
            />
          ))}
        <p className="rail-foot dim">
          Click includes, <kbd>Alt</kbd> click excludes; again takes it back.
        </p>
      </div>
    </aside>
  );
}

/** Up and down go from value to value, over the edges of the sections; Home and End to the ends. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (!(event.target instanceof HTMLElement) || event.target.matches("input")) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(".facet-fold, .facet-pick")];
  const at = stops.indexOf(event.target);
  if (at === -1) return;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  stops[to]?.focus();
}
