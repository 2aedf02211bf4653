"use client";
/** The nodes of one source by name: which are observed, which not, and what came of each. */
import { Block } from "@/components/sources/block";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon, type IconName } from "@/components/ui/icon";
import { formatCount, formatExact } from "@/components/ui/number-text";
import type { NodeReport, SourceReport } from "@/lib/drops/source-report";

const LOOK: Record<NodeReport["state"], { icon: IconName; className: string; words: string }> = {
  connected: { icon: "ok", className: "c-ok", words: "observed" },
  seen: { icon: "ok", className: "dim", words: "seen" },
  unavailable: { icon: "close", className: "c-dropped", words: "not observed" },
  error: { icon: "warn", className: "c-audit", words: "refused the request" },
};
const LISTED = 12;
/** Relay sorts within a second: less than this is no finding. */
const SKEW_MS = 2_000;

export function NodesBlock({ source }: { source: SourceReport }) {
  const { nodes, moreNodes, nodesConnected, nodesUnavailable } = source;
  const told = nodesConnected + nodesUnavailable;
  const shown = nodes.slice(0, LISTED);
  const rest = nodes.slice(LISTED);
  return (
    <Block
      title="Nodes"
      note={
        told > 0
          ? `${formatExact(nodesConnected)} of ${formatExact(told)} observed`
          : `${formatExact(nodes.length)} seen`
      }
    >
      {nodes.length === 0 && <p className="soft">No node is known yet.</p>}
      <NodeTable nodes={shown} />
      {rest.length > 0 && (
        <details className="src-more">
          <summary>{formatExact(rest.length)} more</summary>
          <NodeTable nodes={rest} />
          {moreNodes > 0 && <p className="dim">and {formatExact(moreNodes)} that are not listed</p>}
        </details>
      )}
      {told > nodes.length && nodesUnavailable > 0 && (
        <p className="dim">Relay names ten of the nodes it does not reach at most.</p>
      )}
    </Block>
  );
}

function NodeTable({ nodes }: { nodes: readonly NodeReport[] }) {
  if (nodes.length === 0) return null;
  return (
    <table className="src-nodes">
      <thead className="sr-only">
        <tr>
          <th scope="col">Node</th>
          <th scope="col">State</th>
          <th scope="col">Flows</th>
          <th scope="col">Last flow</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <NodeRow key={node.name} node={node} />
        ))}
      </tbody>
    </table>
  );
}

function NodeRow({ node }: { node: NodeReport }) {
  const { icon, className, words } = LOOK[node.state];
  const aheadMs = -(node.leastLagMs ?? 0);
  return (
    <tr>
      <th scope="row">
        <Icon name={icon} size={12} className={className} /> <FlowText text={node.name} />
      </th>
      <td className="soft">
        {words}
        {aheadMs > SKEW_MS && `, clock ${(aheadMs / 1_000).toFixed(1)} s ahead`}
        {node.message !== "" && (
          <>
            {": "}
            <FlowText text={node.message} />
          </>
        )}
      </td>
      <td className="num">{node.flows === 0 ? "" : `${formatCount(node.flows)} flows`}</td>
      <td className="num dim">
        {node.lastFlow === null ? "none yet" : <Ago time={node.lastFlow} />}
      </td>
    </tr>
  );
}
