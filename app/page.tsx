/** Triage: what is being blocked right now that nobody planned. */
import { CaptureFrame } from "@/components/captures/capture-frame";
import { TriageScreen } from "@/components/triage/triage-screen";

export default function TriagePage() {
  return (
    <CaptureFrame>
      <TriageScreen />
    </CaptureFrame>
  );
}
