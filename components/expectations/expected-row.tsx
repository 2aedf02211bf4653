"use client";
/** One expectation as a line: its states, what it says, what it hides, whose it is, until when. */
import { memo } from "react";
import { endText, endTitle } from "@/components/expectations/ends-text";
import { STATE_TEXT } from "@/components/expectations/words";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { formatCount, formatExact } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { useTicking } from "@/components/ui/ticker";
import type { ExpectationRow, Hits } from "@/lib/expectations/view";

type Props = {
  row: ExpectationRow;
  selected: boolean;
  open: boolean;
  reachable: boolean;
  onOpen: (id: string) => void;
  onReach: (id: string) => void;
  onSelect: (id: string) => void;
};

/** The element id of a line, to give the focus back to it. */
export function lineId(id: string): string {
  return `expectation-${id}`;
}

export const ExpectedRow = memo(function ExpectedRow(props: Props) {
  const { row, selected, open, reachable, onOpen, onReach, onSelect } = props;
  return (
    <tr
      id={lineId(row.id)}
      className={`exp-row ${open ? "is-selected" : ""}`}
      aria-current={open ? "true" : undefined}
      tabIndex={reachable ? 0 : -1}
      onClick={() => onOpen(row.id)}
      onFocus={() => onReach(row.id)}
    >
      <td className="exp-check">
        <input
          type="checkbox"
          aria-label={`Select: ${row.reason}`}
          checked={selected}
          onClick={(event) => event.stopPropagation()}
          onChange={() => onSelect(row.id)}
        />
      </td>
      <td className="exp-states">
        <States row={row} />
      </td>
      <td className="exp-what">
        <p className="cut">
          <b>
            <FlowText text={row.reason} />
          </b>
          {row.file !== null && <span className="from-git">from Git</span>}
        </p>
        <p className="cut mono dim">
          <FlowText text={row.query} />
        </p>
      </td>
      <td className="exp-hits num" title={hitsTitle(row)}>
        <b>{hitText(row.hits.hour)}</b>
        <span>{hitText(row.hits.day)}</span>
        <span>{hitText(row.hits.total)}</span>
      </td>
      <td className="exp-last num">
        {row.lastMatch === null ? (
          <span className="dim">never</span>
        ) : (
          <Ago time={row.lastMatch} before="Last match " />
        )}
      </td>
      <td className="exp-author">
        <FlowText className="cut" text={row.author === "" ? "nobody named" : row.author} />
        {!row.authorVerified && row.author !== "" && (
          <span className="unverified" title="Nobody was signed in; this is the name they gave">
            unverified
          </span>
        )}
      </td>
      <td className="exp-end num">
        <EndText expiresAt={row.expiresAt} />
      </td>
    </tr>
  );
});

export function EndText({ expiresAt }: { expiresAt: string | null }) {
  const { zone } = usePreferences();
  const text = useTicking((nowMs) => endText(expiresAt, nowMs));
  return <span title={endTitle(expiresAt, zone)}>{text}</span>;
}

export function States({ row }: { row: ExpectationRow }) {
  return (
    <span className="states">
      {row.states.map((state) => {
        const { word, says, icon, tone } = STATE_TEXT[state];
        return (
          <span key={state} className={`state is-${tone}`} title={says}>
            <Icon name={icon} size={12} />
            {word}
          </span>
        );
      })}
    </span>
  );
}

function hitText({ drops }: Hits): string {
  return formatCount(drops);
}

function hitsTitle({ hits }: ExpectationRow): string {
  const say = (name: string, { drops, attempts, hidden }: Hits) =>
    `${name}: ${formatExact(drops)} drops in ${formatExact(attempts)} attempts, ${formatExact(hidden)} hidden`;
  return [
    say("Last hour", hits.hour),
    say("Last 24 hours", hits.day),
    say("All that is stored", hits.total),
  ].join("\n");
}
