"use client";
/** Every edge as a row, sortable: for reading, for dense graphs, for readers of screens. */
import { type ReactNode, useState } from "react";
import { EDGE_FORMS } from "@/components/graph/forms";
import { LineSample } from "@/components/graph/legend";
import { NodeName } from "@/components/graph/node-name";
import { fullNodeName, portsText, portWords } from "@/components/graph/sentences";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { formatExact } from "@/components/ui/number-text";
import { ValueMenu } from "@/components/values/value-menu";
import { GROUP_STATES } from "@/lib/drops/view";
import type { GraphAnswer, GraphEdge, GraphNode } from "@/lib/graph/graph";

/** Rows of a page; more are asked for. */
const PAGE = 200;

type Column = {
  id: string;
  title: string;
  compare: (a: Row, b: Row) => number;
  isNumber?: boolean;
};
type Row = {
  edge: GraphEdge;
  source: GraphNode | undefined;
  destination: GraphNode | undefined;
  /** What they are called, for the order. */
  from: string;
  to: string;
  cause: string;
};

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const COLUMNS: readonly Column[] = [
  {
    id: "state",
    title: "State",
    compare: (a, b) => GROUP_STATES.indexOf(a.edge.state) - GROUP_STATES.indexOf(b.edge.state),
  },
  { id: "from", title: "From", compare: (a, b) => text(a.from, b.from) },
  { id: "to", title: "To", compare: (a, b) => text(a.to, b.to) },
  { id: "side", title: "Direction", compare: (a, b) => text(a.edge.direction, b.edge.direction) },
  {
    id: "ports",
    title: "Ports",
    compare: (a, b) => (a.edge.ports[0]?.port ?? 0) - (b.edge.ports[0]?.port ?? 0),
  },
  { id: "cause", title: "Blocked by", compare: (a, b) => text(a.cause, b.cause) },
  {
    id: "attempts",
    title: "Attempts",
    isNumber: true,
    compare: (a, b) => b.edge.attempts - a.edge.attempts,
  },
  { id: "drops", title: "Drops", isNumber: true, compare: (a, b) => b.edge.drops - a.edge.drops },
  { id: "last", title: "Last", isNumber: true, compare: (a, b) => b.edge.lastMs - a.edge.lastMs },
];

type Props = { graph: GraphAnswer; selected: readonly string[]; changeGraph: ChangeGraph };

export function TableView({ graph, selected, changeGraph }: Props) {
  const [sort, setSort] = useState({ id: "attempts", isBack: false });
  const [count, setCount] = useState(PAGE);
  const nodeById = new Map(graph.nodes.map((node) => [node.id, node]));
  const rows = sortedRows(graph.edges, nodeById, sort);
  const { totals, unlisted } = graph;
  return (
    <div className="graph-table-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="graph-scroll" tabIndex={0} aria-label="Edges">
        <table className="graph-table">
          <caption className="sr-only">
            Who is dropped talking to whom: {graph.edgeCount} edges
          </caption>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th
                  key={column.id}
                  scope="col"
                  className={column.isNumber === true ? "num" : ""}
                  aria-sort={
                    sort.id !== column.id ? "none" : sort.isBack ? "descending" : "ascending"
                  }
                >
                  <button
                    type="button"
                    onClick={() =>
                      setSort({ id: column.id, isBack: sort.id === column.id && !sort.isBack })
                    }
                  >
                    {column.title}
                    <span aria-hidden="true">
                      {sort.id !== column.id ? "" : sort.isBack ? " ↑" : " ↓"}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, count).map((row) => (
              <EdgeRow
                key={row.edge.id}
                row={row}
                isSelected={selected.includes(row.edge.id)}
                onSelect={() => changeGraph({ selected: [row.edge.id] })}
              />
            ))}
            {unlisted.drops > 0 && (
              <tr className="dim">
                <td colSpan={6}>
                  {formatExact(graph.edgeCount - graph.edges.length)} more edges, counted only
                </td>
                <td className="num">{formatExact(unlisted.attempts)}</td>
                <td className="num">{formatExact(unlisted.drops)}</td>
                <td />
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={6}>
                All {formatExact(graph.edgeCount)} edges
              </th>
              <td className="num">{formatExact(totals.attempts)}</td>
              <td className="num">{formatExact(totals.drops)}</td>
              <td />
            </tr>
          </tfoot>
        </table>
        {rows.length > count && (
          <button type="button" className="btn graph-more" onClick={() => setCount(count + PAGE)}>
            Show {formatExact(Math.min(PAGE, rows.length - count))} more of{" "}
            {formatExact(rows.length)}
          </button>
        )}
      </section>
    </div>
  );
}

function sortedRows(
  edges: readonly GraphEdge[],
  nodeById: ReadonlyMap<string, GraphNode>,
  sort: { id: string; isBack: boolean },
): Row[] {
  const nameOf = (node: GraphNode | undefined) => (node === undefined ? "" : fullNodeName(node));
  const rows = edges.map((edge): Row => {
    const source = nodeById.get(edge.source);
    const destination = nodeById.get(edge.destination);
    const cause = edge.causes[0]?.text ?? "";
    return { edge, source, destination, from: nameOf(source), to: nameOf(destination), cause };
  });
  const column = COLUMNS.find(({ id }) => id === sort.id);
  if (column !== undefined) rows.sort(column.compare);
  return sort.isBack ? rows.reverse() : rows;
}

function EdgeRow({
  row: { edge, source, destination, from, cause },
  isSelected,
  onSelect,
}: {
  row: Row;
  isSelected: boolean;
  onSelect: () => void;
}) {
  const more = edge.causes.length + edge.moreCauses - 1;
  return (
    <tr className={isSelected ? "is-selected" : ""} data-edge={edge.id}>
      <td>
        <span className="state-cell">
          <LineSample state={edge.state} />
          {EDGE_FORMS[edge.state].words}
        </span>
      </td>
      <th scope="row">
        <End node={source} side="src">
          <button
            type="button"
            className="link-button"
            onClick={onSelect}
            aria-pressed={isSelected}
          >
            <FlowText text={from} />
          </button>
        </End>
      </th>
      <td>
        <End node={destination} side="dst" />
      </td>
      <td>
        <ValueMenu field="direction" value={edge.direction} button="hover">
          {edge.direction}
        </ValueMenu>
      </td>
      <td>
        <Ports edge={edge} />
      </td>
      <td>
        <FlowText text={cause} />
        {more > 0 && <span className="dim"> and {more} more</span>}
      </td>
      <td className="num">{formatExact(edge.attempts)}</td>
      <td className="num">{formatExact(edge.drops)}</td>
      <td className="num">
        <Ago time={new Date(edge.lastMs).toISOString()} />
      </td>
    </tr>
  );
}

function End({
  node,
  side,
  children,
}: {
  node: GraphNode | undefined;
  side: "src" | "dst";
  children?: ReactNode;
}) {
  if (node === undefined) return children;
  return (
    <NodeName node={node} side={side} button="hover">
      {children}
    </NodeName>
  );
}

/** The menu is that of the busiest port. */
function Ports({ edge }: { edge: GraphEdge }) {
  const [first] = edge.ports;
  const text = portsText([edge]);
  if (first === undefined || first.port === 0) return text;
  return (
    <ValueMenu field="port" value={String(first.port)} label={portWords(first)} button="hover">
      {text}
    </ValueMenu>
  );
}
