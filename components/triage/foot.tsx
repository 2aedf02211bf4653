"use client";
/** The foot of the table: what stands apart from policy denials, always with its number. */
import { HELP_ID } from "@/components/shell/help-dialog";
import { Icon } from "@/components/ui/icon";
import { countOf } from "@/components/ui/number-text";
import type { Group, GroupState, View } from "@/lib/drops/view";

type Props = { view: View; groups: readonly Group[]; onJump: (state: GroupState) => void };

export function Foot({ view, groups, onJump }: Props) {
  const { infrastructure, expected } = view.totals.byState;
  const reason = busiestReason(groups);
  return (
    <footer className="foot">
      {infrastructure.groups + expected.groups > 0 && <span>Apart:</span>}
      {infrastructure.groups > 0 && (
        <button type="button" onClick={() => onJump("infrastructure")}>
          <Icon name="infrastructure" className="c-infrastructure" />
          <u>{countOf(infrastructure.groups, "infrastructure group")}</u>
        </button>
      )}
      {reason !== null && (
        <span className="only-wide cut">
          mostly {reason.text} <code>{reason.name}</code>
        </span>
      )}
      {expected.groups > 0 && (
        <button type="button" onClick={() => onJump("expected")}>
          <Icon name="expected" className="c-expected" />
          <u>{countOf(expected.groups, "expected group")}</u>
        </button>
      )}
      <span className="grow" />
      <button type="button" popoverTarget={HELP_ID} aria-label="? Keys">
        <kbd>?</kbd> <span className="only-wide">Keys</span>
      </button>
    </footer>
  );
}

/** The reason of the infrastructure group with the most attempts. */
function busiestReason(groups: readonly Group[]): Group["reason"] {
  let busiest: Group | null = null;
  for (const group of groups) {
    if (group.state !== "infrastructure") continue;
    if (busiest === null || group.attempts > busiest.attempts) busiest = group;
  }
  return busiest?.reason ?? null;
}
