"use client";
/** Where every flow went: the outcomes line by line, and their sum beside what was received. */
import { Block } from "@/components/sources/block";
import { checkSum, type OutcomeLine, outcomeLines } from "@/components/sources/outcomes";
import { percent } from "@/components/sources/source-words";
import { Ago } from "@/components/ui/ago";
import { Icon } from "@/components/ui/icon";
import { countOf, formatExact } from "@/components/ui/number-text";
import type { SourceReport } from "@/lib/drops/source-report";

export function OutcomesBlock({ source }: { source: SourceReport }) {
  const lines = outcomeLines(source);
  const { sum, difference } = checkSum(source);
  return (
    <Block
      title="Where every flow went"
      note={
        <>
          since <Ago time={source.countedSince} before="Since " /> ago
        </>
      }
    >
      <Bar lines={lines} received={Math.max(source.received, sum)} />
      <table className="src-outcomes">
        <tbody>
          {lines.map((line) => (
            <Line key={line.name} line={line} received={source.received} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">sum</th>
            <td />
            <td className="num">{formatExact(sum)}</td>
            <td />
          </tr>
          <tr>
            <th scope="row">received</th>
            <td className={difference === 0 ? "c-ok" : "c-dropped"}>
              <Icon name={difference === 0 ? "ok" : "close"} size={12} />{" "}
              {difference === 0 ? "adds up" : `differs by ${formatExact(difference)}`}
            </td>
            <td className="num">
              <b>{formatExact(source.received)}</b>
            </td>
            <td />
          </tr>
        </tfoot>
      </table>
      {difference !== 0 && (
        <p className="src-problem">
          Flows are not accounted for. That is a fault of Droplens, not of the cluster: please
          report it with these figures.
        </p>
      )}
      {source.skipped > 0 && (
        <p className="dim">
          Beside these {countOf(source.skipped, "record", "records")} that{" "}
          {source.skipped === 1 ? "is" : "are"} no flow: agent and debug events, lines of the log.
        </p>
      )}
    </Block>
  );
}

function Line({ line, received }: { line: OutcomeLine; received: number }) {
  const { name, says, flows, look, isLoss } = line;
  const [outcome, reason] = name.split(" ");
  return (
    <tr className={flows === 0 ? "is-zero" : isLoss ? "is-loss" : ""}>
      <th scope="row">
        <svg width="9" height="9" aria-hidden="true" className={`src-swatch is-${look}`}>
          <rect width="9" height="9" rx="2" />
        </svg>
        {outcome}
        {reason !== undefined && <span className="dim"> {reason}</span>}
      </th>
      <td className="soft">{says}</td>
      <td className="num">{formatExact(flows)}</td>
      <td className="num dim">{received > 0 && flows > 0 ? percent(flows, received) : ""}</td>
    </tr>
  );
}

/** The lines side by side, as wide as their share; what is missing to the whole stays empty. */
function Bar({ lines, received }: { lines: readonly OutcomeLine[]; received: number }) {
  let at = 0;
  const parts = lines
    .filter(({ flows }) => flows > 0 && received > 0)
    .map(({ name, look, flows }) => {
      const width = (flows / received) * 100;
      const part = { name, look, x: at, width };
      at += width;
      return part;
    });
  return (
    <svg className="src-bar" width="100%" height="10" aria-hidden="true">
      <rect className="src-bar-ground" width="100%" height="10" />
      {parts.map(({ name, look, x, width }) => (
        <rect
          key={name}
          className={`src-part is-${look}`}
          x={`${x}%`}
          width={`${width}%`}
          height="10"
        />
      ))}
    </svg>
  );
}
