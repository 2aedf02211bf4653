/** The table's sections in the order of need, what each means, and which groups stand in it. */
import type { IconName } from "@/components/ui/icon";
import type { Group, GroupState } from "@/lib/drops/view";

export type SectionText = { state: GroupState; title: string; says: string; icon: IconName };

export const SECTIONS: readonly SectionText[] = [
  {
    state: "unexpected",
    title: "Unexpected",
    says: "dropped by a policy, or because none allowed it",
    icon: "dropped",
  },
  {
    state: "audit",
    title: "Audit",
    says: "would have been dropped, was let through",
    icon: "audit",
  },
  {
    state: "infrastructure",
    title: "Infrastructure",
    says: "dropped for a reason that is no policy’s",
    icon: "infrastructure",
  },
  { state: "expected", title: "Expected", says: "an expectation matches", icon: "expected" },
];

/** One line of the table: the head of a section, or a group. */
export type Line =
  | { kind: "section"; section: SectionText; groups: number; attempts: number; folded: boolean }
  | { kind: "group"; group: Group };

/** Lays groups, already in order, out as lines. A section without groups has no head. */
export function layOutLines(groups: readonly Group[], folded: readonly string[]): Line[] {
  return SECTIONS.flatMap((section): Line[] => {
    const members = groups.filter((group) => group.state === section.state);
    if (members.length === 0) return [];
    const isFolded = folded.includes(section.state);
    const attempts = members.reduce((sum, group) => sum + group.attempts, 0);
    const head: Line = {
      kind: "section",
      section,
      groups: members.length,
      attempts,
      folded: isFolded,
    };
    return isFolded ? [head] : [head, ...members.map((group): Line => ({ kind: "group", group }))];
  });
}
