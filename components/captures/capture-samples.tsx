/** The first lines of a file that could not be read: where, why, and how they begin. */
import { FlowText } from "@/components/ui/flow-text";
import { formatExact } from "@/components/ui/number-text";
import type { CaptureSummary } from "@/lib/drops/capture";

export function CaptureSamples({ samples }: { samples: CaptureSummary["samples"] }) {
  return samples.map(({ line, reason, sample }) => (
    <p key={line} className="capture-sample">
      Line {formatExact(line)}, <FlowText text={reason} />:{" "}
      <span className="mono dim">
        <FlowText text={sample} />
      </span>
    </p>
  ));
}
