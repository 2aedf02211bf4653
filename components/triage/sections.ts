/** The table's sections in the order of need, what each means, and which groups stand in it. */
import type { IconName } from "@/components/ui/icon";
import type { Group, GroupState } from "@/lib/drops/view";

export type SectionText = { state: GroupState; title: string; says: string; icon: IconName };

export const SECTIONS: readonly SectionText[] = [
  {
    state: "surge",
    title: "Surge",
    says: "expected, but over its ceiling",
    icon: "surge",
  },
  {
    state: "new",
    title: "New under expected",
    says: "a source, destination or port for the first time under its expectation",
    icon: "new",
  },
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

/** The head of a section, with the counts of the groups in it. */
export type SectionHead = {
  section: SectionText;
  groups: number;
  attempts: number;
  folded: boolean;
};

/** One line of the table. A group stands for itself, so that thousands of them cost nothing more. */
export type Line = SectionHead | Group;

export function isHead(line: Line): line is SectionHead {
  return "section" in line;
}

/** Lays groups, already in order, out as lines. A section without groups has no head. */
export function layOutLines(groups: readonly Group[], folded: readonly string[]): Line[] {
  const members: Record<GroupState, Group[]> = {
    surge: [],
    new: [],
    unexpected: [],
    audit: [],
    infrastructure: [],
    expected: [],
  };
  for (const group of groups) members[group.state].push(group);
  const lines: Line[] = [];
  for (const section of SECTIONS) {
    const inSection = members[section.state];
    if (inSection.length === 0) continue;
    const isFolded = folded.includes(section.state);
    const attempts = inSection.reduce((sum, group) => sum + group.attempts, 0);
    lines.push({ section, groups: inSection.length, attempts, folded: isFolded });
    if (!isFolded) for (const group of inSection) lines.push(group);
  }
  return lines;
}
