/** The graph: who is being dropped talking to whom. */
import type { Metadata } from "next";
import { CaptureFrame } from "@/components/captures/capture-frame";
import { GraphScreen } from "@/components/graph/graph-screen";

export const metadata: Metadata = { title: "Graph" };

export default function GraphPage() {
  return (
    <CaptureFrame>
      <GraphScreen />
    </CaptureFrame>
  );
}
