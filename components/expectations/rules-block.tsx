"use client";
/** The expectations that touch a row, what each does, and what can be done about it. */
import { useActions } from "@/components/expectations/actions";
import { openMark } from "@/components/expectations/open-mark";
import { useExpectationRow } from "@/components/expectations/use-expectations";
import { doesText, FIT_TEXT } from "@/components/expectations/words";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatExact } from "@/components/ui/number-text";
import { presentMs } from "@/components/ui/ticker";
import type { Group, RuleMark, SeriesRow } from "@/lib/drops/view";
import type { Known } from "@/lib/expectations/expectation";
import type { ExpectationRow } from "@/lib/expectations/view";

type Props = { group: Group; series: readonly SeriesRow[]; onNarrower: () => void };

export function RulesBlock({ group, series, onNarrower }: Props) {
  if (group.rules.length === 0) return null;
  return (
    <section className="block" aria-label="Expectations">
      <h3>
        Expectations
        <span className="block-note">
          {group.expected === 0
            ? "none of its drops is hidden"
            : `${formatExact(group.expected)} of ${countOf(group.drops, "drop")} hidden`}
        </span>
      </h3>
      <ul className="rules">
        {group.rules.map((rule) => (
          <Rule key={rule.id} rule={rule} series={series} onNarrower={onNarrower} />
        ))}
      </ul>
    </section>
  );
}

type RuleProps = { rule: RuleMark; series: readonly SeriesRow[]; onNarrower: () => void };

function Rule({ rule, series, onNarrower }: RuleProps) {
  const row = useExpectationRow(rule.id);
  const fit = FIT_TEXT[rule.fit];
  return (
    <li className={`rule-line is-${rule.does}`}>
      <Icon name={fit.icon} label={fit.says} />
      <div className="grow">
        <p>
          <a href={`/expected?open=${encodeURIComponent(rule.id)}`}>
            {row === null ? "an expectation" : <FlowText text={row.reason} />}
          </a>
        </p>
        <p className="dim">
          {fit.says} · <b className={`does is-${rule.does}`}>{doesText(rule)}</b>
          {row !== null && <Facts row={row} />}
        </p>
        {row !== null && (
          <p className="buttons">
            <Answers rule={rule} row={row} series={series} onNarrower={onNarrower} />
          </p>
        )}
      </div>
    </li>
  );
}

function Facts({ row }: { row: ExpectationRow }) {
  const end = row.expiresAt === null ? Number.NaN : Date.parse(row.expiresAt);
  return (
    <>
      {" "}
      · by <FlowText text={row.author === "" ? "nobody named" : row.author} />{" "}
      {!row.authorVerified && <span className="unverified">unverified</span>}
      {row.expiresAt !== null && end < presentMs() && (
        <>
          {" "}
          · ended <Ago time={row.expiresAt} /> ago
        </>
      )}
      {row.file !== null && " · from Git"}
    </>
  );
}

/** Accept it, or turn it into something narrower: one click each. */
function Answers({ rule, row, series, onNarrower }: RuleProps & { row: ExpectationRow }) {
  const actions = useActions();
  const narrower = (
    <button type="button" className="btn" onClick={onNarrower}>
      Narrower…
    </button>
  );
  const edit = (
    <button
      type="button"
      className="btn quiet"
      onClick={() => openMark({ from: "expectation", row, how: "edit" })}
    >
      Edit
    </button>
  );
  if (rule.does === "new") {
    return (
      <>
        <button
          type="button"
          className="btn"
          onClick={() => void actions.accept(row, seenIn(series, row))}
        >
          Accept
        </button>
        {narrower}
      </>
    );
  }
  // A file is changed where it lies.
  if (row.file !== null) return narrower;
  if (rule.does === "surge") {
    const ceiling = ceilingFor(row, rule.over);
    return (
      <>
        <button
          type="button"
          className="btn"
          onClick={() => void actions.raiseCeiling(row, ceiling)}
        >
          Accept: ceiling {formatExact(ceiling)} a minute
        </button>
        {narrower}
      </>
    );
  }
  if (rule.does === "ended") {
    return (
      <>
        <button type="button" className="btn" onClick={() => void actions.renew([row])}>
          Accept: renew 30 days
        </button>
        {narrower}
      </>
    );
  }
  if (rule.does === "trial") {
    return (
      <>
        <button type="button" className="btn" onClick={() => void actions.startHiding(row)}>
          Start hiding
        </button>
        {edit}
      </>
    );
  }
  return (
    <>
      {edit}
      {rule.fit === "broader" && narrower}
    </>
  );
}

/** Above its busiest minute by as much as a suggestion leaves. */
export function ceilingFor(row: ExpectationRow, over = 1): number {
  const seen = Math.ceil((row.ceilingPerMinute ?? 1) * over);
  const busiest = Math.max(seen, ...row.surges.map(({ drops }) => drops));
  const wanted = busiest * 2;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(wanted)) - 1);
  return Math.ceil(wanted / unit) * unit;
}

/** What the row shows of what is watched, with what the expectation itself tells of these series. */
export function seenIn(series: readonly SeriesRow[], row: ExpectationRow): Known {
  const ids = new Set(series.map(({ id }) => id));
  const told = row.newUnder.filter((one) => ids.size === 0 || ids.has(one.series));
  return {
    source: [...series.map((one) => one.source.key), ...told.map((one) => one.source.key)],
    destination: [
      ...series.map((one) => one.destination.key),
      ...told.map((one) => one.destination.key),
    ],
    port: [...series.map((one) => one.port), ...told.map((one) => one.port)],
  };
}
