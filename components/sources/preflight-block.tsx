"use client";
/** Whether the source can tell what Droplens shows: each check, why it matters and what to set. */
import { Block } from "@/components/sources/block";
import { CopyButton } from "@/components/ui/copy-button";
import { FlowText } from "@/components/ui/flow-text";
import { Icon, type IconName } from "@/components/ui/icon";
import { formatExact } from "@/components/ui/number-text";
import { formatLength } from "@/components/ui/time-text";
import type { CheckState, HelmValue, PreflightCheck } from "@/lib/drops/preflight-check";
import type { SourceReport } from "@/lib/drops/source-report";

const LOOK: Record<CheckState, { icon: IconName; className: string; word: string }> = {
  passed: { icon: "ok", className: "c-ok", word: "Passed:" },
  failed: { icon: "close", className: "c-dropped", word: "Not passed:" },
  unknown: { icon: "none", className: "c-audit", word: "Not known yet:" },
  none: { icon: "minus", className: "dim", word: "Does not apply:" },
};

export function PreflightBlock({ source, nowMs }: { source: SourceReport; nowMs: number }) {
  const { preflight, facts } = source;
  const count = (state: CheckState) => preflight.filter((one) => one.state === state).length;
  const parts = [`${count("passed")} passed`];
  if (count("failed") > 0) parts.push(`${count("failed")} not`);
  if (count("unknown") > 0) parts.push(`${count("unknown")} not known yet`);
  return (
    <Block title="Preflight" note={parts.join(", ")} className="src-preflight">
      <p className="dim">
        From {formatExact(facts.recent.flows)} {facts.recent.flows === 1 ? "flow" : "flows"} in the
        last {formatLength(Math.max(0, nowMs - facts.recentSinceMs))}.
      </p>
      <ul>
        {preflight.map((check) => (
          <li key={check.check}>
            <Check check={check} />
          </li>
        ))}
      </ul>
    </Block>
  );
}

/** Open where there is something to do; a reader may open and fold the others. */
function Check({ check }: { check: PreflightCheck }) {
  const { icon, className, word } = LOOK[check.state];
  return (
    <details className={`src-check check-${check.state}`} open={check.state === "failed"}>
      <summary>
        <Icon name={icon} className={className} label={word} />
        <b>{check.title}</b>
        <span className="src-found">
          <FlowText text={check.found} />
        </span>
      </summary>
      <div className="src-check-more">
        <p className="soft">{check.why}</p>
        {check.fix !== "" && <p>{check.fix}</p>}
        {check.helm.map((value) => (
          <Helm key={value.name} value={value} />
        ))}
      </div>
    </details>
  );
}

function Helm({ value: { name, value } }: { value: HelmValue }) {
  return (
    <p className="src-helm">
      <code>
        {name}
        <span className="dim">: </span>
        {value}
      </code>
      <CopyButton text={() => `${name}=${value}`} label={`Copy ${name}`} />
    </p>
  );
}
