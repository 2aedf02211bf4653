"use client";
/**
 * The figures. Left of the rule is what a policy does and a person may have to look at; right of
 * it what no policy did, and what is expected. They never share a sum. "≥" while incomplete.
 */
import { Icon, type IconName } from "@/components/ui/icon";
import { countOf, formatCount, formatExact } from "@/components/ui/number-text";
import type { Count, GroupState, View } from "@/lib/drops/view";

type Props = { view: View; rangeText: string; onJump: (state: GroupState) => void };

export function TotalsStrip({ view, rangeText, onJump }: Props) {
  const { byState } = view.totals;
  const atLeast = !view.coverage.complete;
  const figure = (state: GroupState, name: string, icon: IconName) => (
    <Figure
      name={name}
      icon={icon}
      state={state}
      count={byState[state]}
      atLeast={atLeast}
      onJump={onJump}
    />
  );
  return (
    <section
      className="totals"
      aria-label={`Totals, attempts ${rangeText}${atLeast ? ", at least: the view is incomplete" : ""}`}
    >
      {figure("unexpected", "Unexpected", "dropped")}
      {byState.surge.groups > 0 && figure("surge", "Surge", "surge")}
      {byState.new.groups > 0 && figure("new", "New under expected", "new")}
      {figure("audit", "Audit, would drop", "audit")}
      <div className="totals-aside">
        {figure("infrastructure", "Infrastructure", "infrastructure")}
        {figure("expected", "Expected, hidden", "expected")}
        <Sum view={view} atLeast={atLeast} />
      </div>
    </section>
  );
}

type FigureProps = {
  name: string;
  icon: IconName;
  state: GroupState;
  count: Count;
  atLeast: boolean;
  onJump: (state: GroupState) => void;
};

function Figure({ name, icon, state, count, atLeast, onJump }: FigureProps) {
  return (
    <button
      type="button"
      className={`figure is-${state} ${count.attempts === 0 ? "is-zero" : ""}`}
      disabled={count.groups === 0 && count.drops === 0}
      title={`${formatExact(count.attempts)} attempts, ${formatExact(count.drops)} drops. Go to its groups`}
      onClick={() => onJump(state)}
    >
      <Icon name={icon} size={16} className={`c-${state}`} />
      <span className="figure-name">{name}</span>
      <span className="figure-count">
        {atLeast && <small title="At least: the view is incomplete">≥</small>}
        {formatCount(count.attempts)}
      </span>
      <span className="figure-note">{countOf(count.groups, "group")}</span>
    </button>
  );
}

/** All drops of the view: packets, of which a connection's retries are several. */
function Sum({ view, atLeast }: { view: View; atLeast: boolean }) {
  const { drops, attempts } = view.totals;
  return (
    <div
      className="figure is-sum"
      title={`${formatExact(drops)} packets in ${formatExact(attempts)} attempts`}
    >
      <span className="figure-name">All drops</span>
      <span className="figure-count">
        {atLeast && <small>≥</small>}
        {formatCount(drops)}
      </span>
      <span className="figure-note">{formatCount(attempts)} attempts</span>
    </div>
  );
}
