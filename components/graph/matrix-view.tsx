"use client";
/** Sources down, destinations across: for pairs too dense to draw. It adds up to the totals. */
import { useMemo, useState } from "react";
import { EDGE_FORMS } from "@/components/graph/forms";
import { fullNodeName } from "@/components/graph/sentences";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { FlowText } from "@/components/ui/flow-text";
import { countOf, formatCount, formatExact } from "@/components/ui/number-text";
import { GROUP_STATES } from "@/lib/drops/view";
import type { GraphAnswer } from "@/lib/graph/graph";
import { buildMatrix, type MatrixCell, type MatrixLine } from "@/lib/graph/matrix";

const LIMITS = [20, 40, 80] as const;
const SORTS = { attempts: "most attempts", name: "name" } as const;
type Sort = keyof typeof SORTS;

type Props = { graph: GraphAnswer; selected: readonly string[]; changeGraph: ChangeGraph };

export function MatrixView({ graph, selected, changeGraph }: Props) {
  const [sort, setSort] = useState<Sort>("attempts");
  const [limit, setLimit] = useState<number>(LIMITS[0]);
  const matrix = useMemo(() => buildMatrix(graph, { limit, sort }), [graph, limit, sort]);
  const most = Math.max(1, ...matrix.cells.flat().map((cell) => cell?.attempts ?? 0));
  return (
    <div className="graph-table-frame">
      <div className="matrix-bar">
        <label>
          by{" "}
          <select
            className="graph-select"
            value={sort}
            onChange={(event) => setSort(event.target.value === "name" ? "name" : "attempts")}
          >
            {Object.entries(SORTS).map(([id, words]) => (
              <option key={id} value={id}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          rows and columns{" "}
          <select
            className="graph-select"
            value={limit}
            onChange={(event) => setLimit(Number(event.target.value))}
          >
            {LIMITS.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <span className="dim">attempts; the rest is added up in the last row and column</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="graph-scroll" tabIndex={0} aria-label="Matrix">
        <table className="matrix">
          <caption className="sr-only">Sources down, destinations across, attempts</caption>
          <thead>
            <tr>
              <th scope="col">From \ to</th>
              {matrix.columns.map((line) => (
                <th key={line.node?.id ?? "rest"} scope="col" className="matrix-to">
                  <span>
                    <LineName line={line} />
                  </span>
                </th>
              ))}
              <th scope="col" className="matrix-sum">
                All
              </th>
            </tr>
          </thead>
          <tbody>
            {matrix.rows.map((row, at) => (
              <tr key={row.node?.id ?? "rest"}>
                <th scope="row">
                  <LineName line={row} />
                </th>
                {matrix.columns.map((column, place) => (
                  <Cell
                    key={column.node?.id ?? "rest"}
                    cell={matrix.cells[at]?.[place] ?? null}
                    most={most}
                    isSelected={(matrix.cells[at]?.[place]?.edges ?? []).some((id) =>
                      selected.includes(id),
                    )}
                    onSelect={(edges) => changeGraph({ selected: edges })}
                  />
                ))}
                <td className="matrix-sum">{formatExact(row.attempts)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">All</th>
              {matrix.columns.map((column) => (
                <td key={column.node?.id ?? "rest"}>{formatCount(column.attempts)}</td>
              ))}
              <td className="matrix-sum" data-total="attempts">
                {formatExact(matrix.total.attempts)}
              </td>
            </tr>
          </tfoot>
        </table>
      </section>
    </div>
  );
}

function LineName({ line: { node, nodes } }: { line: MatrixLine }) {
  if (node === null) return <i className="dim">{nodes > 0 ? `${nodes} others` : "not listed"}</i>;
  return <FlowText text={fullNodeName(node)} />;
}

function Cell({
  cell,
  most,
  isSelected,
  onSelect,
}: {
  cell: MatrixCell | null;
  most: number;
  isSelected: boolean;
  onSelect: (edges: string[]) => void;
}) {
  if (cell === null) return <td />;
  const state = GROUP_STATES.find((one) => (cell.states[one]?.drops ?? 0) > 0) ?? "expected";
  const shade = Math.ceil((Math.log10(1 + cell.attempts) / Math.log10(1 + most)) * 5);
  const words = `${EDGE_FORMS[state].words}: ${countOf(cell.attempts, "attempt")}, ${countOf(cell.drops, "drop")}`;
  return (
    <td className={`matrix-cell is-${state} shade-${shade} ${isSelected ? "is-selected" : ""}`}>
      {cell.edges.length === 0 ? (
        formatCount(cell.attempts)
      ) : (
        <button
          type="button"
          title={words}
          aria-label={words}
          onClick={() => onSelect(cell.edges.slice(0, 60))}
        >
          {formatCount(cell.attempts)}
        </button>
      )}
    </td>
  );
}
