"use client";
/** The fields of the form that are one control each. */
import type { RefObject } from "react";
import type { Draft } from "@/components/expectations/draft";
import { REASON_ID } from "@/components/expectations/open-mark";
import {
  EXPECTATION_MODES,
  type ExpectationMode,
  SINCE_EVER,
} from "@/lib/expectations/expectation";
import type { ExpectationRow } from "@/lib/expectations/view";

type Change = (change: Partial<Draft>) => void;

type ReasonProps = {
  input: RefObject<HTMLTextAreaElement | null>;
  value: string;
  onChange: Change;
};

export function ReasonField({ input, value, onChange }: ReasonProps) {
  return (
    <div className="field">
      <label htmlFor={REASON_ID}>
        <b>Reason</b> <span className="dim">required; shown wherever these drops are counted</span>
      </label>
      <textarea
        ref={input}
        id={REASON_ID}
        rows={2}
        required
        maxLength={1_000}
        value={value}
        onChange={(event) => onChange({ reason: event.target.value })}
      />
    </div>
  );
}

export function TicketField({ value, onChange }: { value: string; onChange: Change }) {
  return (
    <div className="field">
      <label htmlFor="mark-ticket">
        <b>Ticket</b> <span className="dim">optional; a link or its name</span>
      </label>
      <input
        id="mark-ticket"
        className="input"
        maxLength={500}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange({ ticket: event.target.value })}
      />
    </div>
  );
}

type AppliesProps = { value: string; row: ExpectationRow | null; onChange: Change };

export function AppliesField({ value, row, onChange }: AppliesProps) {
  // An expectation that began at some time may keep it.
  const own = row === null || row.appliesFrom === SINCE_EVER ? null : row.appliesFrom;
  return (
    <div className="field">
      <label htmlFor="mark-applies">
        <b>Applies</b>
      </label>
      <select
        id="mark-applies"
        className="select"
        value={value}
        onChange={(event) => onChange({ appliesFrom: event.target.value })}
      >
        <option value="past">to past drops too</option>
        <option value="now">from now on</option>
        {own !== null && <option value={own}>from {own} on</option>}
      </select>
      <p className="dim">{value === "now" ? "What is older stays as it is." : ""}</p>
    </div>
  );
}

const MODE_TEXT: Record<ExpectationMode, { title: string; says: string }> = {
  hide: { title: "Hide", says: "Folds matching drops into Expected, counted" },
  trial: { title: "Trial", says: "Counts what it would hide, hides nothing" },
};

export function ModeField({ mode, onChange }: { mode: ExpectationMode; onChange: Change }) {
  return (
    <fieldset className="field modes">
      <legend>
        <b>Mode</b>
      </legend>
      {EXPECTATION_MODES.map((one) => (
        <label key={one} className={one === mode ? "mode is-chosen" : "mode"}>
          <input
            type="radio"
            name="mark-mode"
            checked={one === mode}
            onChange={() => onChange({ mode: one })}
          />
          <span>
            <b>{MODE_TEXT[one].title}</b>
            <span className="dim">{MODE_TEXT[one].says}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
