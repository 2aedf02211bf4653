/** Triage: what is being blocked right now that nobody planned. */
import { Suspense } from "react";
import { TriageScreen } from "@/components/triage/triage-screen";

export default function TriagePage() {
  return (
    <Suspense>
      <TriageScreen />
    </Suspense>
  );
}
