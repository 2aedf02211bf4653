"use client";
/** The table of expectations. Long lists are shown in parts; the rest is counted. */
import { type RefObject, useImperativeHandle, useState } from "react";
import { ExpectedRow, lineId } from "@/components/expectations/expected-row";
import type { ExpectedUrl } from "@/components/expectations/expected-url";
import { formatExact } from "@/components/ui/number-text";
import type { ExpectationRow } from "@/lib/expectations/view";

const PART = 200;

export type ListHandle = {
  /** Moves to the next (1) or previous (-1) line and returns its id. */
  move: (step: 1 | -1) => string | null;
  reached: () => string | null;
  focus: (id: string) => void;
};

type Props = {
  rows: readonly ExpectationRow[];
  url: ExpectedUrl;
  handle: RefObject<ListHandle | null>;
  onOpen: (id: string) => void;
  onSelect: (ids: readonly string[]) => void;
};

export function ExpectedList({ rows, url, handle, onOpen, onSelect }: Props) {
  const [most, setMost] = useState(PART);
  const [reached, setReached] = useState<string | null>(null);
  const listed = rows.slice(0, most);
  const ids = listed.map(({ id }) => id);
  const now = reached !== null && ids.includes(reached) ? reached : null;
  const reachable = now ?? ids[0] ?? null;
  const focus = (id: string) => {
    setReached(id);
    document.getElementById(lineId(id))?.focus();
  };
  useImperativeHandle(handle, () => ({
    focus,
    reached: () => now,
    move: (step) => {
      const next = neighbour(ids, now ?? url.open, step);
      if (next !== null) focus(next);
      return next;
    },
  }));
  const toggle = (id: string) =>
    onSelect(
      url.selected.includes(id) ? url.selected.filter((one) => one !== id) : [...url.selected, id],
    );
  const allSelected = ids.length > 0 && ids.every((id) => url.selected.includes(id));
  return (
    <div className="exp-scroll">
      <table className="exp-table" aria-label="Expectations">
        <thead>
          <tr>
            <th className="exp-check">
              <input
                type="checkbox"
                aria-label="Select all that are listed"
                checked={allSelected}
                onChange={() => onSelect(allSelected ? [] : ids)}
              />
            </th>
            <th>State</th>
            <th>What is expected</th>
            <th className="num exp-hits" title="Drops it matches">
              <span>Hour</span>
              <span>Day</span>
              <span>Total</span>
            </th>
            <th className="num">Last match</th>
            <th>Author</th>
            <th className="num">Ends</th>
          </tr>
        </thead>
        <tbody>
          {listed.map((row) => (
            <ExpectedRow
              key={row.id}
              row={row}
              selected={url.selected.includes(row.id)}
              open={row.id === url.open}
              reachable={row.id === reachable}
              onOpen={onOpen}
              onReach={setReached}
              onSelect={toggle}
            />
          ))}
        </tbody>
      </table>
      {rows.length > listed.length && (
        <p className="exp-more">
          {formatExact(listed.length)} of {formatExact(rows.length)} are listed.{" "}
          <button type="button" className="as-link" onClick={() => setMost(most + PART)}>
            Show more
          </button>
        </p>
      )}
    </div>
  );
}

/** The line `step` away from `from`; the first or last when `from` is not listed. */
function neighbour(ids: readonly string[], from: string | null, step: 1 | -1): string | null {
  const at = from === null ? -1 : ids.indexOf(from);
  if (at === -1) return ids[step === 1 ? 0 : ids.length - 1] ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))] ?? null;
}
