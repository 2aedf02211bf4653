"use client";
/** What Hubble says it lost: an upper bound over events of any kind, with where and when. */
import { Block } from "@/components/sources/block";
import { FlowText } from "@/components/ui/flow-text";
import { formatCount, formatExact } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatSpan } from "@/components/ui/time-text";
import type { LossReport, SourceReport } from "@/lib/drops/source-report";

const LISTED = 8;

/** Hubble's names of the places that lose. */
const PLACES: Readonly<Record<string, string>> = {
  PERF_EVENT_RING_BUFFER: "the kernel's buffer (the agent read too slowly)",
  OBSERVER_EVENTS_QUEUE: "the agent's queue (hubble.eventQueueSize)",
  HUBBLE_RING_BUFFER: "the node's memory of flows (hubble.eventBufferCapacity)",
};

export function LossesBlock({ source: { losses, lostAtMost } }: { source: SourceReport }) {
  return (
    <Block
      title="Lost, as Hubble says"
      note={losses.length === 0 ? "nothing reported" : `at most ${formatCount(Number(lostAtMost))}`}
    >
      {losses.length === 0 ? (
        <p className="soft">No node has reported lost events.</p>
      ) : (
        <>
          <p className="soft">
            Upper bounds over events of any kind, allowed traffic included. How many of them were
            drops nobody knows; they are never added to drops.
          </p>
          <ul className="src-lines is-two">
            {losses.slice(0, LISTED).map((loss) => (
              <Loss key={`${loss.place} ${loss.node}`} loss={loss} />
            ))}
          </ul>
          {losses.length > LISTED && (
            <p className="dim">and {losses.length - LISTED} more places</p>
          )}
        </>
      )}
    </Block>
  );
}

function Loss({ loss: { place, node, atMost, from, to } }: { loss: LossReport }) {
  const { zone } = usePreferences();
  return (
    <li>
      <span>
        at most <b>{formatExact(Number(atMost))}</b> {atMost === "1" ? "event" : "events"} of any
        kind, {formatSpan(Date.parse(from), Date.parse(to), zone)}
      </span>
      <span className="soft">
        at {PLACES[place] ?? "an unnamed place"}{" "}
        <span className="mono dim">{<FlowText text={place} />}</span>
        {node !== "" && (
          <>
            {" "}
            on <FlowText text={node} />
          </>
        )}
      </span>
    </li>
  );
}
