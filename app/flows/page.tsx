/** Flows: every drop, live or past. */
import type { Metadata } from "next";
import { CaptureFrame } from "@/components/captures/capture-frame";
import { FlowsScreen } from "@/components/flows/flows-screen";

export const metadata: Metadata = { title: "Flows" };

export default function FlowsPage() {
  return (
    <CaptureFrame>
      <FlowsScreen />
    </CaptureFrame>
  );
}
