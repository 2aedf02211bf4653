"use client";
/** The head of a section: its name, what it means, its counts, and a fold that never hides them. */
import type { SectionText } from "@/components/triage/sections";
import { Icon } from "@/components/ui/icon";
import { countOf } from "@/components/ui/number-text";
import type { GroupState } from "@/lib/drops/view";

type Props = {
  section: SectionText;
  line: number;
  groups: number;
  attempts: number;
  folded: boolean;
  onFold: (state: GroupState) => void;
};

/** The element id of a section's head, to jump to it. */
export function sectionId(state: GroupState): string {
  return `section-${state}`;
}

export function SectionLine({ section, line, groups, attempts, folded, onFold }: Props) {
  return (
    <div className="line section" role="row" aria-rowindex={line} id={sectionId(section.state)}>
      <div role="gridcell" aria-colspan={8} className="section-cell">
        <button
          type="button"
          className="section-fold"
          aria-expanded={!folded}
          onClick={() => onFold(section.state)}
        >
          <Icon name="down" size={12} className={folded ? "is-folded" : ""} />
          <b>{section.title}</b>
        </button>
        <span className="soft">{countOf(groups, "group")}</span>
        <span className="section-says">· {section.says}</span>
        <span className="grow num">{countOf(attempts, "attempt")}</span>
      </div>
    </div>
  );
}
