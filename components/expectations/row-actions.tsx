"use client";
/** What can be done to one or several expectations: the same buttons in the details and above the list. */
import { useState } from "react";
import type { Actions } from "@/components/expectations/actions";
import { readLocal, writeLocal } from "@/components/expectations/local-time";
import { openMark } from "@/components/expectations/open-mark";
import { Icon } from "@/components/ui/icon";
import { usePreferences } from "@/components/ui/preferences";
import type { ExpectationRow } from "@/lib/expectations/view";

export function SharedActions({
  rows,
  actions,
}: {
  rows: readonly ExpectationRow[];
  actions: Actions;
}) {
  // What comes from files is changed there.
  const own = rows.filter((row) => row.file === null);
  const live = own.filter((row) => row.revokedAt === null);
  const revoked = own.filter((row) => row.revokedAt !== null);
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={live.every((row) => row.expiresAt === null)}
        title="30 days later than now set"
        onClick={() => void actions.extend(live)}
      >
        Extend 30 days
      </button>
      <EndButton rows={live} actions={actions} />
      <button
        type="button"
        className="btn"
        disabled={own.length === 0}
        title="Ends 30 days from now; brought back where it was revoked"
        onClick={() => void actions.renew(own)}
      >
        Renew
      </button>
      {live.length > 0 && (
        <button type="button" className="btn" onClick={() => void actions.revoke(live)}>
          Revoke
        </button>
      )}
      {revoked.length > 0 && (
        <button type="button" className="btn" onClick={() => void actions.restore(revoked)}>
          Bring back
        </button>
      )}
    </>
  );
}

function EndButton({ rows, actions }: { rows: readonly ExpectationRow[]; actions: Actions }) {
  const { zone } = usePreferences();
  const [text, setText] = useState<string | null>(null);
  const [first] = rows;
  if (text === null) {
    return (
      <button
        type="button"
        className="btn"
        disabled={first === undefined}
        onClick={() => setText(writeLocal(first?.expiresAt ?? "", zone))}
      >
        Change end…
      </button>
    );
  }
  const expiresAt = readLocal(text, zone);
  return (
    <form
      className="end-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (expiresAt === null) return;
        setText(null);
        void actions.endAt(rows, expiresAt);
      }}
    >
      <input
        type="datetime-local"
        className="input"
        aria-label={`New end, ${zone === "utc" ? "UTC" : "local time"}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="btn primary" aria-disabled={expiresAt === null}>
        Set end
      </button>
      <button
        type="button"
        className="btn quiet icon"
        aria-label="Keep the end"
        onClick={() => setText(null)}
      >
        <Icon name="close" />
      </button>
    </form>
  );
}

export function OwnActions({ row }: { row: ExpectationRow }) {
  return (
    <>
      {row.file === null && row.revokedAt === null && (
        <button
          type="button"
          className="btn"
          onClick={() => openMark({ from: "expectation", row, how: "edit" })}
        >
          <Icon name="edit" />
          Edit <kbd className="only-wide">e</kbd>
        </button>
      )}
      <button
        type="button"
        className="btn"
        onClick={() => openMark({ from: "expectation", row, how: "duplicate" })}
      >
        <Icon name="copy" />
        Duplicate
      </button>
    </>
  );
}
