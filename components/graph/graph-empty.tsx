"use client";
/** What stands in place of the graph when nothing of it is drawn, and what to do. */
import type { GraphState } from "@/components/graph/graph-url";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { Icon } from "@/components/ui/icon";
import { countOf } from "@/components/ui/number-text";
import type { Drawn } from "@/lib/graph/choose";

type Props = { drawn: Drawn; state: GraphState; changeGraph: ChangeGraph };

/** Edges there are, but all of them are hidden or out of focus. */
export function NothingDrawn({ drawn, state, changeGraph }: Props) {
  if (state.focus !== null && drawn.unfocused > 0) {
    return (
      <section className="empty" aria-labelledby="graph-empty">
        <Icon name="filter" size={30} className="dim" />
        <h2 id="graph-empty">Nothing is dropped around this node in the range</h2>
        <p>{countOf(drawn.unfocused, "edge")} lie elsewhere in the graph.</p>
        <p className="buttons">
          <button
            type="button"
            className="btn primary"
            onClick={() => changeGraph({ focus: null, depth: 1 })}
          >
            Show the whole graph
          </button>
        </p>
      </section>
    );
  }
  return (
    <section className="empty" aria-labelledby="graph-empty">
      <Icon name="expected" size={30} className="c-expected" />
      <h2 id="graph-empty">
        {countOf(drawn.hidden.edges, "edge is", "edges are")} hidden, and no other is there
      </h2>
      <p>
        The legend says which states are drawn. {countOf(drawn.hidden.attempts, "attempt")} stand
        behind the hidden ones.
      </p>
      <p className="buttons">
        <button type="button" className="btn primary" onClick={() => changeGraph({ hidden: [] })}>
          Draw them
        </button>
      </p>
    </section>
  );
}
