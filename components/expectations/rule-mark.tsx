"use client";
/**
 * How expectations touch a row, by form and not by colour alone: a full ring covers exactly this
 * row, a half one a part of it, a ring around a dot more than it. The reason stands behind it.
 */
import { useExpectationRow } from "@/components/expectations/use-expectations";
import { doesText, FIT_TEXT, formatOver } from "@/components/expectations/words";
import { Icon, type IconName } from "@/components/ui/icon";
import type { Group, RuleMark } from "@/lib/drops/view";
import { visibleText } from "@/lib/drops/visible-text";

/** Beside the mark of the fit: why it does not simply hide. */
const DOES_ICON: Record<RuleMark["does"], IconName | null> = {
  hides: null,
  surge: "surge",
  new: "new",
  ended: "ended",
  trial: "trial",
};

export function RuleMarks({
  rules,
  reachable,
}: {
  rules: readonly RuleMark[];
  reachable: boolean;
}) {
  const [first, ...others] = rules;
  if (first === undefined) return null;
  return (
    <span className="rule-marks">
      <Mark rule={first} reachable={reachable} />
      {others.length > 0 && (
        <span className="more" title={`${others.length} more expectations touch it`}>
          +{others.length}
        </span>
      )}
    </span>
  );
}

function Mark({ rule, reachable }: { rule: RuleMark; reachable: boolean }) {
  const row = useExpectationRow(rule.id);
  const { says, icon } = FIT_TEXT[rule.fit];
  const reason = row === null ? "an expectation" : `“${visibleText(row.reason)}”`;
  const text = `${reason} ${says} · ${doesText(rule)}`;
  const more = DOES_ICON[rule.does];
  return (
    <a
      className={`rule-mark is-${rule.does}`}
      href={`/expected?open=${encodeURIComponent(rule.id)}`}
      title={text}
      aria-label={text}
      tabIndex={reachable ? 0 : -1}
      onClick={(event) => event.stopPropagation()}
    >
      <Icon name={icon} size={13} />
      {more !== null && <Icon name={more} size={10} />}
    </a>
  );
}

/** Why a row came back, in a word or a figure, where it stands. */
export function CameBack({ group }: { group: Group }) {
  const rule = group.rules.find(
    ({ does }) => does === "surge" || does === "new" || does === "ended",
  );
  if (rule === undefined || group.state === "expected") return null;
  const text =
    rule.does === "surge"
      ? rule.over === undefined
        ? "surge"
        : `×${formatOver(rule.over)}`
      : rule.does === "new"
        ? "new"
        : "ended";
  return (
    <span className={`came-back is-${rule.does}`} title={doesText(rule)}>
      {text}
      <span className="sr-only">: {doesText(rule)}</span>
    </span>
  );
}
