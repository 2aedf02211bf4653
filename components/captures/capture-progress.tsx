/** How far a capture is read: bytes of the file, and what they held so far. */
import { countOf, formatExact } from "@/components/ui/number-text";
import { formatSize } from "@/components/ui/size-text";
import type { CaptureSummary } from "@/lib/drops/capture";

export function CaptureProgress({ capture }: { capture: CaptureSummary }) {
  const { bytes, totalBytes, lines, flows, account } = capture;
  const drops = account.stored + account.inFlight;
  return (
    <div className="capture-progress">
      <progress aria-label="Reading the capture" max={Math.max(totalBytes, 1)} value={bytes} />
      <p className="soft">
        {formatSize(bytes)} of {formatSize(totalBytes)} · {countOf(lines, "line")},{" "}
        {countOf(flows, "flow")}, {formatExact(drops)} of them drops so far
      </p>
    </div>
  );
}
