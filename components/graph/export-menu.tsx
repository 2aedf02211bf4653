"use client";
/** Takes the graph away: as a picture with its legend and range, or as text for other tools. */
import { type Caption, saveFile, toDot, toPng, toSvg } from "@/components/graph/export";
import { readPalette } from "@/components/graph/palette";
import type { Scene } from "@/components/graph/scene";
import { Icon } from "@/components/ui/icon";
import { formatExact } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatStamp } from "@/components/ui/time-text";
import { visibleText } from "@/lib/drops/visible-text";
import type { Drawn } from "@/lib/graph/choose";
import type { GraphAnswer } from "@/lib/graph/graph";

const MENU_ID = "graph-export";

type Props = {
  graph: GraphAnswer;
  drawn: Drawn;
  scene: Scene;
};

export function ExportMenu({ graph, drawn, scene }: Props) {
  const { zone } = usePreferences();
  const caption = (): Caption => captionOf(graph, drawn, (timeMs) => formatStamp(timeMs, zone));
  const palette = () => readPalette(document.body);
  const name = `droplens-graph-${new Date(graph.toMs).toISOString().slice(0, 16).replaceAll(":", "")}`;
  const close = () => document.getElementById(MENU_ID)?.hidePopover();
  const save = {
    svg: () => saveFile(`${name}.svg`, toSvg(scene, palette(), caption()), "image/svg+xml"),
    png: async () => {
      const blob = await toPng(scene, palette(), caption());
      if (blob !== null) saveFile(`${name}.png`, blob);
    },
    dot: () => saveFile(`${name}.dot`, toDot(scene, caption()), "text/vnd.graphviz"),
    json: () => saveFile(`${name}.json`, JSON.stringify(graph, null, 1), "application/json"),
  };
  const says = {
    svg: "what is drawn, with legend and range",
    png: "the same as pixels",
    dot: "what is drawn, for Graphviz",
    json: "all of it, as the API answers",
  };
  return (
    <>
      <button type="button" className="btn quiet" popoverTarget={MENU_ID} title="Export the graph">
        <Icon name="down" size={13} />
        Export
      </button>
      <div
        id={MENU_ID}
        popover="auto"
        className="popover graph-export"
        role="dialog"
        aria-label="Export"
      >
        <ul>
          {(["svg", "png", "dot", "json"] as const).map((kind) => (
            <li key={kind}>
              <button
                type="button"
                onClick={() => {
                  void save[kind]();
                  close();
                }}
              >
                <b>{kind.toUpperCase()}</b>
                <span className="dim">{says[kind]}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function captionOf(graph: GraphAnswer, drawn: Drawn, stamp: (timeMs: number) => string): Caption {
  const atLeast = graph.coverage.complete ? "" : "at least ";
  const lines = [
    `${stamp(graph.fromMs)} to ${stamp(graph.toMs)}`,
    `query: ${graph.query === "" ? "everything" : visibleText(graph.query)}`,
    `${atLeast}${formatExact(graph.totals.attempts)} attempts, ${formatExact(graph.totals.drops)} drops; ` +
      `${formatExact(drawn.edges.length)} of ${formatExact(graph.edgeCount)} edges drawn`,
  ];
  return { title: "Droplens: who is dropped talking to whom", lines };
}
