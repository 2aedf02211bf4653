"use client";
import { RAIL_ID } from "@/components/facets/facet-rail";
/** How much is listed, in which order, what waits to be let in, and the height of the rows. */
import { SORTS, type Sort } from "@/components/query/url-state";
import { GROUP_BY_TEXT } from "@/components/triage/grouping-text";
import { SORT_TEXT } from "@/components/triage/steady-order";
import { Icon } from "@/components/ui/icon";
import { countOf, formatExact } from "@/components/ui/number-text";
import { type Density, setPreferences } from "@/components/ui/preferences";
import { GROUP_BYS, type GroupBy } from "@/lib/drops/view";

/** The element id of the group-by control, for the key that goes to it. */
export const GROUP_BY_ID = "group-by";

type Props = {
  listed: number;
  groupCount: number;
  unfiltered: number;
  by: GroupBy;
  sort: Sort;
  facets: boolean;
  waiting: number;
  density: Density;
  onBy: (by: GroupBy) => void;
  onSort: (sort: Sort) => void;
  onFacets: () => void;
  onRelease: () => void;
};

export function Toolbar(props: Props) {
  const { listed, groupCount, unfiltered, by, sort, facets, waiting, density } = props;
  const other = density === "dense" ? "normal" : "dense";
  return (
    <div className="toolbar">
      <button
        type="button"
        className="btn quiet icon toolbar-facets"
        aria-expanded={facets}
        aria-controls={facets ? RAIL_ID : undefined}
        aria-label="Facets"
        title={facets ? "Hide facets (f)" : "Show facets (f)"}
        onClick={props.onFacets}
      >
        <Icon name="rail" />
      </button>
      <b>
        {listed < groupCount
          ? `${formatExact(listed)} of ${formatExact(groupCount)} groups`
          : countOf(groupCount, "group")}
      </b>
      {unfiltered > groupCount && (
        <span className="dim">{formatExact(unfiltered - groupCount)} more behind the query</span>
      )}
      <label className="toolbar-sort">
        by
        <select
          id={GROUP_BY_ID}
          aria-label="Group by"
          title="What a row stands for (b)"
          value={by}
          onChange={(event) =>
            props.onBy(GROUP_BYS.find((name) => name === event.target.value) ?? "policy")
          }
        >
          {GROUP_BYS.map((name) => (
            <option key={name} value={name}>
              {GROUP_BY_TEXT[name]}
            </option>
          ))}
        </select>
      </label>
      <label className="toolbar-sort">
        <span className="only-wide">sorted by</span>
        <select
          aria-label="Sort by"
          value={sort}
          onChange={(event) =>
            props.onSort(SORTS.find((name) => name === event.target.value) ?? "attempts")
          }
        >
          {SORTS.map((name) => (
            <option key={name} value={name}>
              {SORT_TEXT[name]}
            </option>
          ))}
        </select>
      </label>
      <span className="grow" />
      <output aria-live="polite">
        {waiting > 0 && (
          <button type="button" className="pill" onClick={props.onRelease} title="Let them in (s)">
            <Icon name="up" size={12} />
            {formatExact(waiting)} new
          </button>
        )}
      </output>
      <button
        type="button"
        className="toolbar-density only-wide"
        title="Row height (d)"
        aria-label={`Row height: ${density}`}
        onClick={() => setPreferences({ density: other })}
      >
        {density === "dense" ? "Dense" : "Normal"}
      </button>
    </div>
  );
}
