"use client";
/** One drop with its evidence: the two flows side by side, and both as the JSON they came as. */
import { Fragment } from "react";
import { useDropDetails } from "@/components/triage/details-query";
import { DropValues } from "@/components/triage/drop-values";
import {
  apartMs,
  compareFlows,
  type JoinedRow,
  type JoinedValue,
} from "@/components/triage/joined";
import { CopyButton } from "@/components/ui/copy-button";
import { FlowText } from "@/components/ui/flow-text";
import { ValueMenu } from "@/components/values/value-menu";
import type { DropDetails } from "@/lib/drops/view";

export function JoinedFlows({ uuid }: { uuid: string | null }) {
  const details = useDropDetails(uuid);
  if (uuid === null) return null;
  if (details.error !== null) return <p className="sheet-failed">{details.error.message}</p>;
  if (details.data === undefined) return <p className="dim sheet-wait">Reading the drop…</p>;
  return (
    <>
      <DropValues drop={details.data.drop} />
      <Comparison details={details.data} />
      <RawFlows details={details.data} />
    </>
  );
}

function Comparison({ details }: { details: DropDetails }) {
  const both = details.verdictFlow !== null && details.dropFlow !== null;
  const apart = apartMs(details);
  return (
    <section className="block">
      <h3>
        {both ? "One drop, two flows joined" : "One drop, one flow"}
        <span className="block-note">
          {both && apart !== null
            ? `${apart.toFixed(apart < 10 ? 1 : 0)} ms apart, same connection and node`
            : ""}
        </span>
      </h3>
      {!both && <Missing verdictMissing={details.verdictFlow === null} />}
      <table className="joined">
        <thead>
          <tr>
            <td />
            <th scope="col">Verdict event</th>
            <th scope="col">Drop event</th>
          </tr>
        </thead>
        <tbody>
          {compareFlows(details).map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <JoinedCell row={row} side="verdict" />
              <JoinedCell row={row} side="drop" />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function JoinedCell({ row, side }: { row: JoinedRow; side: "verdict" | "drop" }) {
  const kept = row.kept === side;
  const value = row[side];
  return (
    <td className={kept ? "is-kept" : ""}>
      {kept && <span className="sr-only">used: </span>}
      {row.asked[side].length > 0 ? (
        <Asked values={row.asked[side]} />
      ) : value === "" ? (
        "–"
      ) : (
        <FlowText text={value} />
      )}
    </td>
  );
}

/** The parts of a text, each with its menu. */
function Asked({ values }: { values: readonly JoinedValue[] }) {
  return values.map(({ field, value, text }, index) => (
    <Fragment key={`${field} ${value}`}>
      {index > 0 && ", "}
      <ValueMenu field={field} value={value} label={text}>
        <FlowText text={text} />
      </ValueMenu>
    </Fragment>
  ));
}

function Missing({ verdictMissing }: { verdictMissing: boolean }) {
  return verdictMissing ? (
    <p className="soft">
      No policy-verdict event came for it, so policy and tag cannot be known. Cilium sends them with{" "}
      <code>bpf.events.policyVerdict.enabled</code>.
    </p>
  ) : (
    <p className="soft">
      No drop event came for it: audited packets and L7 denials have none; others need{" "}
      <code>bpf.events.drop.enabled</code>.
    </p>
  );
}

function RawFlows({ details }: { details: DropDetails }) {
  const flows = [
    { name: "Verdict event", flow: details.verdictFlow },
    { name: "Drop event", flow: details.dropFlow },
  ].filter(({ flow }) => flow !== null && flow !== undefined);
  return (
    <section className="block">
      <h3>
        Raw JSON
        <span className="block-note">as Hubble sent it</span>
      </h3>
      {flows.map(({ name, flow }) => (
        <details key={name} className="raw">
          <summary>
            {name}
            <span className="grow" />
          </summary>
          <div className="raw-body">
            <CopyButton label={`Copy JSON: ${name}`} text={() => JSON.stringify(flow, null, 2)} />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs the keyboard */}
            <pre tabIndex={0}>
              <RawText flow={flow} />
            </pre>
          </div>
        </details>
      ))}
    </section>
  );
}

/** Line by line, so that making characters visible does not eat the line breaks. */
function RawText({ flow }: { flow: unknown }) {
  return JSON.stringify(flow, null, 2)
    .split("\n")
    .map((line, index) => {
      const indent = /^ */.exec(line)?.[0] ?? "";
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text
        <div key={index}>
          {indent}
          <FlowText text={line.slice(indent.length)} />
        </div>
      );
    });
}
