"use client";
/** How much is listed, in which order, what waits to be let in, and the height of the rows. */
import { SORTS, type Sort } from "@/components/query/url-state";
import { SORT_TEXT } from "@/components/triage/steady-order";
import { Icon } from "@/components/ui/icon";
import { countOf, formatExact } from "@/components/ui/number-text";
import { type Density, setPreferences } from "@/components/ui/preferences";

type Props = {
  listed: number;
  groupCount: number;
  unfiltered: number;
  sort: Sort;
  waiting: number;
  density: Density;
  onSort: (sort: Sort) => void;
  onRelease: () => void;
};

export function Toolbar(props: Props) {
  const { listed, groupCount, unfiltered, sort, waiting, density } = props;
  const other = density === "dense" ? "normal" : "dense";
  return (
    <div className="toolbar">
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
