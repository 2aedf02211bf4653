"use client";
/** What the graph is of and how much of it is drawn: level, form, number of edges, focus, search. */
import { FORMS, type Form, type GraphState, TOPS } from "@/components/graph/graph-url";
import { LEVEL_WORDS } from "@/components/graph/marks";
import { NodeFinder } from "@/components/graph/node-finder";
import { fullNodeName } from "@/components/graph/sentences";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { Icon } from "@/components/ui/icon";
import { formatExact } from "@/components/ui/number-text";
import type { Drawn } from "@/lib/graph/choose";
import { GRAPH_LEVELS, type GraphAnswer, type GraphNode } from "@/lib/graph/graph";

const FORM_WORDS: Readonly<Record<Form, string>> = {
  graph: "Graph",
  matrix: "Matrix",
  table: "Table",
  sankey: "Routes",
};

type Props = {
  graph: GraphAnswer;
  drawn: Drawn;
  state: GraphState;
  changeGraph: ChangeGraph;
  onFind: (node: GraphNode) => void;
};

export function GraphBar({ graph, drawn, state, changeGraph, onFind }: Props) {
  return (
    <div className="graph-bar">
      <fieldset className="segments is-small">
        <legend className="sr-only">Nodes are</legend>
        {GRAPH_LEVELS.map((level) => (
          <button
            key={level}
            type="button"
            aria-pressed={state.level === level}
            title={LEVEL_WORDS[level].says}
            onClick={() => changeGraph({ level })}
          >
            {LEVEL_WORDS[level].name}
          </button>
        ))}
      </fieldset>
      <NodeFinder nodes={graph.nodes} onFind={onFind} />
      {state.form === "graph" && (
        <EdgeCount graph={graph} drawn={drawn} state={state} changeGraph={changeGraph} />
      )}
      <Focus graph={graph} state={state} changeGraph={changeGraph} />
      <span className="grow" />
      <fieldset className="segments is-small">
        <legend className="sr-only">Shown as</legend>
        {FORMS.map((form) => (
          <button
            key={form}
            type="button"
            aria-pressed={state.form === form}
            onClick={() => changeGraph({ form })}
          >
            {FORM_WORDS[form]}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

/** How many edges are drawn of how many there are. */
function EdgeCount({ graph, drawn, state, changeGraph }: Omit<Props, "onFind">) {
  const all = drawn.edges.length + drawn.folded.edges;
  return (
    <label className="graph-top">
      <b>
        {drawn.folded.edges === 0
          ? `${formatExact(all)} edges`
          : `${formatExact(drawn.edges.length)} of ${formatExact(all)} edges`}
      </b>
      <span className="dim only-wide">drawn, at most</span>
      <select
        className="graph-select"
        aria-label="Edges drawn at most"
        value={state.top}
        onChange={(event) => changeGraph({ top: Number(event.target.value) })}
      >
        {TOPS.map((top) => (
          <option key={top} value={top}>
            {top === TOPS.at(-1) ? `all (${formatExact(graph.edges.length)})` : formatExact(top)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Focus({ graph, state, changeGraph }: Pick<Props, "graph" | "state" | "changeGraph">) {
  if (state.focus === null) return null;
  const node = graph.nodes.find(({ id }) => id === state.focus);
  return (
    <span className="graph-focus">
      <span className="dim">around</span>
      <b className="cut">{node === undefined ? "a node without drops here" : fullNodeName(node)}</b>
      <button
        type="button"
        className="btn quiet"
        aria-pressed={state.depth === 2}
        title="Also the neighbours of its neighbours"
        onClick={() => changeGraph({ depth: state.depth === 1 ? 2 : 1 })}
      >
        {state.depth === 1 ? "1 step" : "2 steps"}
      </button>
      <button
        type="button"
        className="btn quiet icon"
        aria-label="Show the whole graph"
        title="Show the whole graph (Esc)"
        onClick={() => changeGraph({ focus: null, depth: 1 })}
      >
        <Icon name="close" size={12} />
      </button>
    </span>
  );
}
