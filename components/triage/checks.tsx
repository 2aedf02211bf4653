/** The list of checks under an empty screen: what is known of the sources and of the view. */
import type { ReactNode } from "react";
import { lagOf, SOURCE_STATE_TEXT } from "@/components/shell/coverage-text";
import { FlowText } from "@/components/ui/flow-text";
import { Icon, type IconName } from "@/components/ui/icon";
import { countOf, formatCount } from "@/components/ui/number-text";
import { formatLength } from "@/components/ui/time-text";
import { isUp } from "@/lib/drops/reading";
import type { Coverage, SourceSummary } from "@/lib/drops/view";

type CheckState = "ok" | "failed" | "unknown";
export type Check = { name: ReactNode; says: ReactNode; state: CheckState; note?: ReactNode };

const CHECK_ICON: Record<CheckState, IconName> = { ok: "ok", failed: "close", unknown: "none" };
const CHECK_WORD: Record<CheckState, string> = {
  ok: "fine",
  failed: "not fine",
  unknown: "cannot tell",
};
const CHECK_CLASS: Record<CheckState, string> = {
  ok: "c-ok",
  failed: "c-unexpected",
  unknown: "dim",
};

export function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className="checks">
      {checks.map((check, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list
        <li key={index}>
          <Icon
            name={CHECK_ICON[check.state]}
            className={CHECK_CLASS[check.state]}
            label={CHECK_WORD[check.state]}
          />
          <span>{check.name}</span>
          <span className="dim">{check.says}</span>
          {check.note !== undefined && <span className="check-note">{check.note}</span>}
        </li>
      ))}
    </ul>
  );
}

/** `noted`: with its message, unless that already stands above. */
export function sourceChecks(source: SourceSummary, noted: boolean): Check[] {
  const up = source.state === "connected" || source.state === "silent";
  const nodes = source.nodesConnected + source.nodesUnavailable;
  return [
    {
      name: <FlowText text={`${source.id} at ${source.address}`} />,
      says: SOURCE_STATE_TEXT[source.state],
      state: up ? "ok" : source.state === "connecting" ? "unknown" : "failed",
      note: noted && source.message !== "" ? <FlowText text={source.message} /> : undefined,
    },
    {
      name: "Nodes reporting",
      says: nodes === 0 ? "cannot tell yet" : `${source.nodesConnected} of ${nodes}`,
      state: nodes === 0 ? "unknown" : source.nodesUnavailable === 0 ? "ok" : "failed",
    },
    {
      name: "Flows seen",
      says: source.lagMs === null ? "none yet" : `newest ${formatLength(source.lagMs)} behind`,
      state: source.lagMs === null ? "unknown" : "ok",
    },
  ];
}

export function coverageChecks(coverage: Coverage): Check[] {
  const connected = coverage.sources.filter(isUp).length;
  const reporting = coverage.sources.reduce((sum, source) => sum + source.nodesConnected, 0);
  const missing = coverage.sources.reduce((sum, source) => sum + source.nodesUnavailable, 0);
  const lagMs = lagOf(coverage);
  const gaps = coverage.gaps.filter((gap) => !gap.refilled).length;
  const judge = (fine: boolean): CheckState => (fine ? "ok" : "failed");
  return [
    {
      name: "Sources delivering",
      says: `${connected} of ${coverage.sources.length}`,
      state: judge(connected === coverage.sources.length),
    },
    {
      name: "Nodes reporting",
      says: reporting + missing === 0 ? "cannot tell" : `${reporting} of ${reporting + missing}`,
      state: reporting + missing === 0 ? "unknown" : judge(missing === 0),
    },
    {
      name: "Lost, as Hubble says",
      says: coverage.lostAtMost === 0 ? "nothing" : `at most ${formatCount(coverage.lostAtMost)}`,
      state: judge(coverage.lostAtMost === 0),
    },
    {
      name: "Gaps in the range",
      says: gaps === 0 ? "none" : countOf(gaps, "gap"),
      state: judge(gaps === 0),
    },
    {
      name: "Behind",
      says: lagMs === null ? "no flow yet" : formatLength(lagMs),
      state: lagMs === null ? "unknown" : "ok",
    },
  ];
}
