"use client";
/** A range as two times, typed as people type times; what cannot be read is said beside it. */
import { type FormEvent, useState } from "react";
import { type RangeState, rangeProblem, spanOf } from "@/components/query/move-range";
import { readMoment } from "@/components/query/read-moment";
import { Icon } from "@/components/ui/icon";
import { usePreferences } from "@/components/ui/preferences";
import { presentMs } from "@/components/ui/ticker";
import { formatStamp, type Zone } from "@/components/ui/time-text";

type Props = {
  range: RangeState;
  onApply: (span: { fromMs: number; toMs: number }) => void;
};

type Field = "from" | "to";

export function RangeForm({ range, onApply }: Props) {
  const { zone } = usePreferences();
  const [texts, setTexts] = useState(() => textsOf(range, zone));
  const [problem, setProblem] = useState<{ field: Field; message: string } | null>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const nowMs = presentMs();
    const from = readMoment(texts.from, nowMs, zone);
    if (!from.ok) return setProblem({ field: "from", message: from.message });
    const to = readMoment(texts.to, nowMs, zone);
    if (!to.ok) return setProblem({ field: "to", message: to.message });
    const span = { fromMs: from.timeMs, toMs: to.timeMs };
    const wrong = rangeProblem(span, nowMs);
    if (wrong !== null) return setProblem({ field: "to", message: wrong });
    setProblem(null);
    return onApply(span);
  };
  const field = (name: Field, label: string) => (
    <label className="range-field">
      <span>{label}</span>
      <input
        type="text"
        name={name}
        value={texts[name]}
        autoComplete="off"
        spellCheck={false}
        maxLength={60}
        aria-invalid={problem?.field === name}
        aria-describedby={problem?.field === name ? "range-problem" : undefined}
        onChange={(event) => {
          setTexts({ ...texts, [name]: event.target.value });
          setProblem(null);
        }}
      />
    </label>
  );
  return (
    <form className="range-form" onSubmit={submit} noValidate>
      {field("from", "From")}
      {field("to", "To")}
      <button type="submit" className="btn primary">
        Show
      </button>
      {problem !== null && (
        <p id="range-problem" role="alert" className="range-problem">
          <Icon name="warn" className="c-dropped" /> {problem.message}
        </p>
      )}
      <p className="dim range-hint">
        {zone === "utc" ? "Times in UTC." : "Times in this browser's zone."} Also 14:05, yesterday
        9:30, now-2h.
      </p>
    </form>
  );
}

/** To the second: what a person would type. */
function textsOf(range: RangeState, zone: Zone): Record<Field, string> {
  const { fromMs, toMs } = spanOf(range, presentMs());
  const text = (timeMs: number) => formatStamp(timeMs, zone).slice(0, 19);
  return { from: text(fromMs), to: text(toMs) };
}
