"use client";
/** Drops by a policy that were joined from two flows, and those that stayed alone. */
import { Block } from "@/components/sources/block";
import { percent } from "@/components/sources/source-words";
import { formatExact } from "@/components/ui/number-text";
import type { SourceReport } from "@/lib/drops/source-report";

export function PairingBlock({ source: { joined, alone } }: { source: SourceReport }) {
  const all = joined + alone;
  return (
    <Block
      title="Joined from two flows"
      note={all === 0 ? undefined : `${percent(alone, all)} alone`}
    >
      {all === 0 ? (
        <p className="soft">No drop by a policy came yet.</p>
      ) : (
        <p className="soft">
          <b>{formatExact(joined)}</b> drops by a policy were joined from their verdict and drop
          events, <b>{formatExact(alone)}</b> stayed alone.{" "}
          {alone * 10 > all
            ? "Alone, a drop event has no policy's name and no tag, and a verdict no place in the code. Many alone: one of the two events is switched off, filtered out, or lost."
            : "A few alone are usual: one of their two events was lost, or came too late."}
        </p>
      )}
    </Block>
  );
}
