"use client";
/** Which columns the table has, and in which order: a check box and two arrows for each. */
import { COLUMN_IDS, COLUMNS, type ColumnId, DEFAULT_COLUMNS } from "@/components/flows/columns";
import { Icon } from "@/components/ui/icon";

const MENU_ID = "columns";

type Props = {
  columns: readonly ColumnId[];
  onChange: (columns: readonly ColumnId[]) => void;
};

export function ColumnsMenu({ columns, onChange }: Props) {
  const others = COLUMN_IDS.filter((id) => !columns.includes(id));
  return (
    <>
      <button type="button" className="toolbar-density only-wide" popoverTarget={MENU_ID}>
        Columns
      </button>
      <div
        id={MENU_ID}
        popover="auto"
        role="dialog"
        aria-label="Columns"
        className="popover columns-menu"
      >
        <p className="popover-title">Columns</p>
        <ul>
          {[...columns, ...others].map((id, index) => {
            const isShown = index < columns.length;
            return (
              <li key={id}>
                <label title={COLUMNS[id].says}>
                  <input
                    type="checkbox"
                    checked={isShown}
                    disabled={isShown && columns.length === 1}
                    onChange={() =>
                      onChange(isShown ? columns.filter((other) => other !== id) : [...columns, id])
                    }
                  />
                  {COLUMNS[id].title}
                  <span className="dim cut">{COLUMNS[id].says}</span>
                </label>
                {isShown && (
                  <>
                    <MoveButton id={id} way="up" columns={columns} onChange={onChange} />
                    <MoveButton id={id} way="down" columns={columns} onChange={onChange} />
                  </>
                )}
              </li>
            );
          })}
        </ul>
        <button type="button" className="btn" onClick={() => onChange(DEFAULT_COLUMNS)}>
          As it was
        </button>
      </div>
    </>
  );
}

function MoveButton({ id, way, columns, onChange }: Props & { id: ColumnId; way: "up" | "down" }) {
  const at = columns.indexOf(id);
  const to = way === "up" ? at - 1 : at + 1;
  const isEnd = to < 0 || to >= columns.length;
  const move = () => {
    const others = columns.filter((other) => other !== id);
    onChange([...others.slice(0, to), id, ...others.slice(to)]);
  };
  return (
    <button
      type="button"
      className="btn quiet icon"
      aria-label={`Move ${COLUMNS[id].title} ${way === "up" ? "left" : "right"}`}
      disabled={isEnd}
      onClick={move}
    >
      <Icon name={way} size={12} />
    </button>
  );
}
