"use client";
/** One edge, or several that are looked at together. */
import { EdgeLine, EdgeLines } from "@/components/graph/edge-lines";
import { EDGE_FORMS } from "@/components/graph/forms";
import type { GraphState } from "@/components/graph/graph-url";
import { LineSample } from "@/components/graph/legend";
import { NodeFacts } from "@/components/graph/node-facts";
import type { Selected } from "@/components/graph/selection";
import { DIRECTION_WORDS, fullNodeName, portWords } from "@/components/graph/sentences";
import { SheetActions } from "@/components/graph/sheet-actions";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { formatUrl, type UrlState } from "@/components/query/url-state";
import { certaintyWord } from "@/components/triage/blocked-by";
import { GapHatch } from "@/components/triage/gap-hatch";
import { gapBlocks, TREND_HEIGHT, TREND_WIDTH, trendPath } from "@/components/triage/trend-path";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatCount, formatExact } from "@/components/ui/number-text";
import { ValueMenu } from "@/components/values/value-menu";
import { GROUP_STATES, TREND_BLOCKS } from "@/lib/drops/view";
import type { GraphAnswer, GraphEdge, GraphNode } from "@/lib/graph/graph";
import { addStates } from "@/lib/graph/tally";
import type { Query } from "@/lib/query/query";

type Props = {
  graph: GraphAnswer;
  selected: Selected;
  edges: readonly GraphEdge[];
  nodeById: ReadonlyMap<string, GraphNode>;
  state: GraphState;
  url: UrlState;
  query: Query | null;
  changeGraph: ChangeGraph;
};

export function EdgeDetails(props: Props) {
  const { graph, edges, nodeById, changeGraph } = props;
  const [edge] = edges;
  if (edge === undefined) return null;
  if (edges.length > 1) return <SeveralEdges {...props} />;
  const source = nodeById.get(edge.source);
  const destination = nodeById.get(edge.destination);
  const back = graph.edges.filter(
    (one) => one.source === edge.destination && one.destination === edge.source,
  );
  const also = graph.edges.filter((one) => one.source === edge.source && one.id !== edge.id);
  const name = (node: GraphNode | undefined) => (node === undefined ? "?" : fullNodeName(node));
  return (
    <>
      <div className="sentence">
        <h2>
          <b>
            <FlowText text={name(source)} />
          </b>{" "}
          is {edge.state === "audit" ? "audited" : "dropped"} talking to{" "}
          <b>
            <FlowText text={name(destination)} />
          </b>
          , {edge.direction}. <b>{countOf(edge.attempts, "attempt")}</b>,{" "}
          {countOf(edge.drops, "drop")}.
        </h2>
      </div>
      <SheetActions
        {...props}
        group={edge.causes[0]?.group}
        title={`${name(source)} → ${name(destination)}`}
      />
      <Trend graph={graph} edge={edge} />
      <Causes {...props} edge={edge} />
      <section className="block">
        <h3>
          Ports
          <span className="block-note">by attempts</span>
        </h3>
        <ul className="lines">
          {edge.ports.map((port) => (
            <li key={`${port.protocol} ${port.port}`} className="fact-line">
              <span className="grow">
                {port.port === 0 ? (
                  portWords(port)
                ) : (
                  <ValueMenu field="port" value={String(port.port)} label={portWords(port)} />
                )}
              </span>
              <b>{formatCount(port.attempts)}</b>
            </li>
          ))}
          {edge.morePorts > 0 && <li className="fact-line dim">and {edge.morePorts} more</li>}
        </ul>
      </section>
      <section className="block">
        <h3>
          The two ends
          <span className="block-note">{DIRECTION_WORDS[edge.direction]}</span>
        </h3>
        <dl className="kv">
          <dt>From</dt>
          <dd>
            {source !== undefined && (
              <NodeFacts node={source} side="src" changeGraph={changeGraph} />
            )}
          </dd>
          <dt>To</dt>
          <dd>
            {destination !== undefined && (
              <NodeFacts node={destination} side="dst" changeGraph={changeGraph} />
            )}
          </dd>
          <dt>Way back</dt>
          <dd>
            {back.length === 0
              ? "no drops"
              : back.map((one) => (
                  <EdgeLine
                    key={one.id}
                    edge={one}
                    text={`${one.direction}, ${one.ports[0] === undefined ? "" : portWords(one.ports[0])}`}
                    changeGraph={changeGraph}
                  />
                ))}
          </dd>
        </dl>
      </section>
      <EdgeLines
        title={`Also from ${source?.name ?? ""}`}
        edges={also}
        end="destination"
        nodeById={nodeById}
        changeGraph={changeGraph}
      />
    </>
  );
}

function SeveralEdges(props: Props) {
  const { edges, nodeById, changeGraph } = props;
  const attempts = edges.reduce((sum, edge) => sum + edge.attempts, 0);
  const drops = edges.reduce((sum, edge) => sum + edge.drops, 0);
  return (
    <>
      <div className="sentence">
        <h2>
          {edges.length} edges. <b>{countOf(attempts, "attempt")}</b>, {countOf(drops, "drop")}.
        </h2>
      </div>
      <SheetActions {...props} />
      <States edges={edges} />
      <EdgeLines
        title="Edges"
        edges={edges}
        end="both"
        nodeById={nodeById}
        changeGraph={changeGraph}
      />
    </>
  );
}

export function States({ edges }: { edges: readonly GraphEdge[] }) {
  const states = {};
  for (const edge of edges) addStates(states, edge.states);
  const tallies: GraphEdge["states"] = states;
  return (
    <section className="block">
      <h3>By state</h3>
      <ul className="lines">
        {GROUP_STATES.map((state) => {
          const tally = tallies[state];
          return (
            tally !== undefined && (
              <li key={state} className="fact-line">
                <LineSample state={state} />
                <span className="grow">{EDGE_FORMS[state].words}</span>
                <b title={`${formatExact(tally.drops)} drops`}>{formatCount(tally.attempts)}</b>
              </li>
            )
          );
        })}
      </ul>
    </section>
  );
}

function Trend({ graph, edge }: { graph: GraphAnswer; edge: GraphEdge }) {
  const gaps = gapBlocks(graph.coverage.gaps, graph.fromMs, graph.toMs, TREND_BLOCKS);
  const states = GROUP_STATES.filter((state) => edge.states[state] !== undefined);
  return (
    <section className="block">
      <h3>
        Attempts
        <span className="block-note">
          first <Ago time={new Date(edge.firstMs).toISOString()} />, last{" "}
          <Ago time={new Date(edge.lastMs).toISOString()} />
        </span>
      </h3>
      <svg
        className={`edge-trend is-${edge.state}`}
        viewBox={`0 0 ${TREND_WIDTH} ${TREND_HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Attempts in ${TREND_BLOCKS} steps, the most ${formatExact(Math.max(...edge.trend))}`}
      >
        <GapHatch gaps={gaps} pitch={TREND_WIDTH / TREND_BLOCKS} height={TREND_HEIGHT} />
        <path d={trendPath(edge.trend)} />
      </svg>
      {states.length > 1 && <States edges={[edge]} />}
    </section>
  );
}

function Causes({ edge, url }: Props & { edge: GraphEdge }) {
  return (
    <section className="block">
      <h3>
        Blocked by
        <span className="block-note">{countOf(edge.series, "series", "series")}</span>
      </h3>
      <ul className="lines">
        {edge.causes.map((cause) => (
          <li key={cause.group}>
            <a
              className="cause-line"
              href={`/?${formatUrl({ ...url, open: cause.group, drop: null })}`}
              title="Open this group in Triage"
            >
              <FlowText text={cause.text} className="cut grow" />
              <span className="certainty dim">
                <Icon name={cause.certainty} size={11} />
                {certaintyWord(cause.certainty)}
              </span>
              <b>{formatCount(cause.attempts)}</b>
            </a>
          </li>
        ))}
        {edge.moreCauses > 0 && <li className="fact-line dim">and {edge.moreCauses} more</li>}
      </ul>
    </section>
  );
}
