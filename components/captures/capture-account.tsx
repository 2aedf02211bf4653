"use client";
/** What became of every line of a capture: two sums that add up, and samples of what was not read. */
import { CaptureSamples } from "@/components/captures/capture-samples";
import { formatExact } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatStamp } from "@/components/ui/time-text";
import type { CaptureSummary } from "@/lib/drops/capture";

type Row = readonly [count: number, what: string];

export function CaptureAccountPanel({ id, capture }: { id: string; capture: CaptureSummary }) {
  const { zone } = usePreferences();
  const { lines, records, flows, unreadable, others, account, samples, lostAtMost, closesAt } =
    capture;
  const ofLines: Row[] = [
    [flows, "flows"],
    [unreadable, "not read"],
    ...Object.entries(others).map(([what, count]): Row => [count, OTHER_WORDS[what] ?? what]),
  ];
  const ofFlows: Row[] = [
    [account.stored, "drops shown"],
    [account.paired, "second flows of drops (verdict and drop event of one packet)"],
    [account.outOfScope, "neither dropped nor audited"],
    [account.duplicate, "came twice (same uuid)"],
    [account.rejected, "not read"],
    [account.shed, "let go for want of room"],
    [account.inFlight, "still waiting"],
  ];
  return (
    <div id={id} popover="auto" role="dialog" aria-label="What was read" className="popover">
      <p className="popover-title">What was read</p>
      <Sum total={records} of={`records in ${formatExact(lines)} lines`} rows={ofLines} />
      <Sum total={account.received} of="flows and lines not read" rows={ofFlows} />
      {lostAtMost !== "0" && (
        <p className="soft">
          Hubble says that at most {lostAtMost} {lostAtMost === "1" ? "event" : "events"} of any
          verdict {lostAtMost === "1" ? "was" : "were"} lost before the file was written.
        </p>
      )}
      {samples.length > 0 && (
        <>
          <p className="popover-title">Not read, the first</p>
          <CaptureSamples samples={samples} />
        </>
      )}
      <p className="soft">
        Goes at {formatStamp(Date.parse(closesAt), zone).slice(0, 16)} unless somebody looks at it.
      </p>
    </div>
  );
}

const OTHER_WORDS: Readonly<Record<string, string>> = {
  lost_events: "tell of lost events",
  node_status: "tell of nodes",
  agent_event: "agent events",
  debug_event: "debug events",
  "not a Hubble record": "no Hubble record",
};

function Sum({ total, of, rows }: { total: number; of: string; rows: readonly Row[] }) {
  return (
    <table className="capture-sum">
      <tbody>
        {rows
          .filter(([count]) => count > 0)
          .map(([count, what]) => (
            <tr key={what}>
              <td className="num">{formatExact(count)}</td>
              <td>{what}</td>
            </tr>
          ))}
      </tbody>
      <tfoot>
        <tr>
          <th className="num" scope="row">
            {formatExact(total)}
          </th>
          <td>{of}</td>
        </tr>
      </tfoot>
    </table>
  );
}
