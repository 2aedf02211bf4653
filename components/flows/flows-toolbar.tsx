"use client";
import type { ColumnId } from "@/components/flows/columns";
/** How many drops there are, what waits to be let in, and the buttons for columns and export. */
import { ColumnsMenu } from "@/components/flows/columns-menu";
import type { ListState } from "@/components/flows/drop-list";
import { EXPORT_ID } from "@/components/flows/export-panel";
import { Icon } from "@/components/ui/icon";
import { formatExact } from "@/components/ui/number-text";
import type { Density } from "@/components/ui/preferences";
import type { View } from "@/lib/drops/view";

type Props = {
  list: ListState;
  view: View | null;
  columns: readonly ColumnId[];
  density: Density;
  onColumns: (columns: readonly ColumnId[]) => void;
  onDensity: (density: Density) => void;
  onRelease: () => void;
};

export function FlowsToolbar(props: Props) {
  const { list, view, columns, density } = props;
  const other = density === "dense" ? "normal" : "dense";
  return (
    <div className="toolbar">
      <b>{listed(list, view)}</b>
      <span className="grow" />
      <output aria-live="polite">
        {list.waiting > 0 && (
          <button type="button" className="pill" onClick={props.onRelease} title="Let them in (s)">
            <Icon name="up" size={12} />
            {list.atLeast ? "at least " : ""}
            {formatExact(list.waiting)} new
          </button>
        )}
      </output>
      <ColumnsMenu columns={columns} onChange={props.onColumns} />
      <button
        type="button"
        className="toolbar-density only-wide"
        title="Row height (d)"
        aria-label={`Row height: ${density}`}
        onClick={() => props.onDensity(other)}
      >
        {density === "dense" ? "Dense" : "Normal"}
      </button>
      <button type="button" className="toolbar-density" popoverTarget={EXPORT_ID}>
        Export
      </button>
    </div>
  );
}

/** `200 of 1,204 drops`: a list that shows a part says so; the sum is the view's, in packets. */
function listed(list: ListState, view: View | null): string {
  if (!list.loaded) return "Drops";
  const shown = list.rows.length;
  if (!list.more) return `${formatExact(shown)} ${shown === 1 ? "drop" : "drops"}`;
  const all = view?.totals.drops ?? 0;
  return all > shown
    ? `${formatExact(shown)} of ${formatExact(all)} drops`
    : `the newest ${formatExact(shown)} drops`;
}
