"use client";
/**
 * Where the drops come from, what blocks them and where they wanted to go: the busiest routes as
 * ribbons, by Recharts. The same routes stand below as a table. Only this file knows the Sankey.
 */
import { Layer, Rectangle, ResponsiveContainer, Sankey } from "recharts";
import { EDGE_FORMS } from "@/components/graph/forms";
import { LineSample } from "@/components/graph/legend";
import { FlowText } from "@/components/ui/flow-text";
import { countOf, formatCount, formatExact } from "@/components/ui/number-text";
import { NARROW, useMedia } from "@/components/ui/use-media";
import { GROUP_STATES, type GroupState } from "@/lib/drops/view";
import { visibleText } from "@/lib/drops/visible-text";
import type { GraphAnswer, GraphRoute } from "@/lib/graph/graph";

const NODE_WIDTH = 9;
const ROW_HEIGHT = 34;
const MAX_TEXT = 42;

type SankeyNode = { name: string; column: 0 | 1 | 2 };
type SankeyLink = { source: number; target: number; value: number; state: GroupState };

export function SankeyView({ graph }: { graph: GraphAnswer }) {
  const isNarrow = useMedia(NARROW);
  const routes = graph.routes.filter(({ attempts }) => attempts > 0);
  const { otherRoutes } = graph;
  const columns = ([0, 1, 2] as const).map((column) => nodesOf(routes, column).length);
  const height = Math.max(300, Math.max(...columns) * ROW_HEIGHT + 40);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="graph-scroll sankey-view" tabIndex={0} aria-label="Routes">
      <p className="sankey-head" aria-hidden="true">
        <span>from</span>
        <span>blocked by</span>
        <span>to</span>
      </p>
      {routes.length === 0 ? (
        <p className="soft sheet-wait">No attempt in this range: only retries of earlier ones.</p>
      ) : (
        <div className="sankey-frame" inert>
          <ResponsiveContainer width="100%" height={height}>
            <Sankey
              data={sankeyData(routes)}
              nodeWidth={NODE_WIDTH}
              nodePadding={isNarrow ? 14 : 18}
              iterations={48}
              sort={false}
              margin={{ top: 8, bottom: 12, left: 4, right: isNarrow ? 96 : 190 }}
              node={<Node limit={isNarrow ? 14 : MAX_TEXT} />}
              link={<Link />}
            />
          </ResponsiveContainer>
        </div>
      )}
      <RouteTable routes={routes} />
      {otherRoutes.routes > 0 && (
        <p className="dim sankey-rest">
          {countOf(otherRoutes.routes, "further route")} with{" "}
          {countOf(otherRoutes.attempts, "attempt")} not drawn; the table of edges has them.
        </p>
      )}
    </section>
  );
}

function nodesOf(routes: readonly GraphRoute[], column: 0 | 1 | 2): string[] {
  const part = (["from", "cause", "to"] as const)[column];
  return [...new Set(routes.map((route) => route[part]))];
}

function sankeyData(routes: readonly GraphRoute[]): { nodes: SankeyNode[]; links: SankeyLink[] } {
  const nodes = ([0, 1, 2] as const).flatMap((column) =>
    nodesOf(routes, column).map((name) => ({ name, column })),
  );
  const place = (column: number, name: string) =>
    nodes.findIndex((node) => node.column === column && node.name === name);
  const links = new Map<string, SankeyLink>();
  const add = (source: number, target: number, { attempts, state }: GraphRoute) => {
    const key = `${source} ${target}`;
    const link = links.get(key) ?? { source, target, value: 0, state };
    link.value += attempts;
    if (GROUP_STATES.indexOf(state) < GROUP_STATES.indexOf(link.state)) link.state = state;
    links.set(key, link);
  };
  for (const route of routes) {
    const cause = place(1, route.cause);
    add(place(0, route.from), cause, route);
    add(cause, place(2, route.to), route);
  }
  return { nodes, links: [...links.values()] };
}

type NodeProps = {
  limit: number;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  payload?: { name: string; value: number };
};

function Node({ limit, x = 0, y = 0, width = 0, height = 0, payload }: NodeProps) {
  if (payload === undefined) return null;
  const name = visibleText(payload.name);
  const shown = name.length > limit ? `${name.slice(0, limit - 1)}…` : name;
  return (
    <Layer>
      <Rectangle x={x} y={y} width={width} height={Math.max(1, height)} className="sankey-node" />
      <text x={x + width + 7} y={y + height / 2} dy="0.35em" className="sankey-text">
        <title>{name}</title>
        {shown} <tspan className="sankey-count">{formatCount(payload.value)}</tspan>
      </text>
    </Layer>
  );
}

type LinkProps = {
  sourceX?: number;
  targetX?: number;
  sourceY?: number;
  targetY?: number;
  sourceControlX?: number;
  targetControlX?: number;
  linkWidth?: number;
  payload?: { state: GroupState };
};

function Link({
  sourceX = 0,
  targetX = 0,
  sourceY = 0,
  targetY = 0,
  sourceControlX = 0,
  targetControlX = 0,
  linkWidth = 0,
  payload,
}: LinkProps) {
  const state = payload?.state ?? "unexpected";
  return (
    <path
      className={`sankey-link is-${state}`}
      d={`M${sourceX},${sourceY}C${sourceControlX},${sourceY} ${targetControlX},${targetY} ${targetX},${targetY}`}
      fill="none"
      strokeWidth={Math.max(1.5, linkWidth)}
    />
  );
}

function RouteTable({ routes }: { routes: readonly GraphRoute[] }) {
  return (
    <table className="graph-table">
      <caption className="sr-only">The busiest routes</caption>
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">From</th>
          <th scope="col">Blocked by</th>
          <th scope="col">To</th>
          <th scope="col" className="num">
            Attempts
          </th>
          <th scope="col" className="num">
            Drops
          </th>
        </tr>
      </thead>
      <tbody>
        {routes.map((route) => (
          <tr key={JSON.stringify([route.from, route.cause, route.to])}>
            <td>
              <span className="state-cell">
                <LineSample state={route.state} />
                {EDGE_FORMS[route.state].words}
              </span>
            </td>
            <td>
              <FlowText text={route.from} />
            </td>
            <td>
              <FlowText text={route.cause} />
            </td>
            <td>
              <FlowText text={route.to} />
            </td>
            <td className="num">{formatExact(route.attempts)}</td>
            <td className="num">{formatExact(route.drops)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
