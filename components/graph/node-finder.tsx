"use client";
/** Finds a node by any part of its name, namespace, label or DNS name, drawn or folded. */
import { type KeyboardEvent, useId, useState } from "react";
import { fullNodeName, nodeKindWords } from "@/components/graph/sentences";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import type { GraphNode } from "@/lib/graph/graph";

const MAX_FOUND = 12;
/** The element id of the field, for the key that goes there. */
export const FINDER_ID = "find-node";

type Props = { nodes: readonly GraphNode[]; onFind: (node: GraphNode) => void };

export function NodeFinder({ nodes, onFind }: Props) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const found = findNodes(nodes, text);
  const isOpen = text.trim() !== "";
  const take = (node: GraphNode) => {
    setText("");
    setAt(0);
    onFind(node);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const node = found[Math.min(at, found.length - 1)];
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter" && isOpen && node !== undefined) take(node);
    else if (event.key === "Escape" && isOpen) setText("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="node-finder">
      <Icon name="search" size={12} className="dim" />
      <input
        id={FINDER_ID}
        type="text"
        role="combobox"
        aria-label="Find a node"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen && found.length > 0 ? `${listId}-${at}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder="Find a node"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setText("")}
      />
      {isOpen && (
        <div className="finder-list">
          <div id={listId} role="listbox" aria-label="Nodes found">
            {found.map((node, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
              <div
                key={node.id}
                id={`${listId}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                // Before the field loses the focus and the list is gone.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => take(node)}
              >
                <FlowText text={fullNodeName(node)} className="cut" />
                <span className="dim">{nodeKindWords(node)}</span>
              </div>
            ))}
          </div>
          {found.length === 0 && <p className="dim">No node of this graph has that in its name.</p>}
        </div>
      )}
    </div>
  );
}

/** Names that begin with the text come first. */
export function findNodes(nodes: readonly GraphNode[], text: string): GraphNode[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const starting: GraphNode[] = [];
  const others: GraphNode[] = [];
  for (const node of nodes) {
    const texts = [fullNodeName(node), ...node.names, ...node.labels].map((one) =>
      one.toLowerCase(),
    );
    if (!texts.some((one) => one.includes(wanted))) continue;
    (node.name.toLowerCase().startsWith(wanted) ? starting : others).push(node);
  }
  return [...starting, ...others].slice(0, MAX_FOUND);
}
