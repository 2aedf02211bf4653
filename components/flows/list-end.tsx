"use client";
/** What stands under the last line: older drops to load, that they are being read, or the end. */
import type { ListState } from "@/components/flows/drop-list";
import { formatExact } from "@/components/ui/number-text";

type Props = { list: ListState; onOlder: () => void; onRetry: () => void };

export function ListEnd({ list, onOlder, onRetry }: Props) {
  if (list.problem !== null) {
    return (
      <p className="list-end" role="alert">
        <span>
          <b>The drops could not be read.</b> {list.problem}
        </span>
        <button type="button" className="btn" onClick={onRetry}>
          Try again
        </button>
      </p>
    );
  }
  if (list.more) {
    return (
      <p className="list-end">
        {list.loading === "older" ? (
          <span role="status">Reading older drops…</span>
        ) : (
          <button type="button" className="btn" onClick={onOlder}>
            Load older
          </button>
        )}
      </p>
    );
  }
  return (
    <p className="list-end dim">
      {list.rows.length === 1
        ? "This is the only drop of the range."
        : `The range begins here: all ${formatExact(list.rows.length)} drops are listed.`}
    </p>
  );
}
