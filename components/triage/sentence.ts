/**
 * One group said in plain words, as parts: names and figures are strong, and names are flow text
 * that must be shown as such.
 */
import { policyName } from "@/components/triage/blocked-by";
import { fullName, portWord, withPort } from "@/components/triage/party-text";
import { countOf } from "@/components/ui/number-text";
import type { Group } from "@/lib/drops/view";

export type Part = { text: string; strong: boolean };

const strong = (text: string): Part => ({ text, strong: true });
const plain = (text: string): Part => ({ text, strong: false });

/**
 * "No rule allows **a** → **b:53** and 3 more, egress. **642 attempts** (684 drops) since 14:12."
 * `when` ends it: the counts are those of the range, the group may be older.
 */
export function describeGroup(group: Group, when: string): Part[] {
  const what = [...whatHappened(group), plain(". ")];
  // By anything but policy a row holds drops of several kinds; this tells of its busiest series.
  const { by, text } = group.key;
  const key = by === "policy" ? [] : [strong(text), plain(". Mostly: ")];
  return [...key, ...what, ...howMuch(group, when)];
}

function whatHappened(group: Group): Part[] {
  const { attribution } = group;
  const would = group.verdict === "AUDIT";
  const whom = whoToWhom(group);
  const [first, ...others] = attribution.policies;
  if (attribution.kind === "other") {
    const reason = group.reason?.text ?? "an unknown reason";
    return [...whom, plain(" was dropped: "), strong(reason), plain(". No policy did it")];
  }
  if (attribution.kind === "default-deny") {
    return [
      plain("No rule allows "),
      ...whom,
      ...(would ? [plain("; audit mode let it through")] : []),
    ];
  }
  if (first === undefined) {
    return [
      plain(`A deny rule ${would ? "would block" : "blocks"} `),
      ...whom,
      plain("; no event names its policy"),
    ];
  }
  const verb = others.length > 0 ? "block" : "blocks";
  const more =
    others.length > 0
      ? [plain(` and ${countOf(others.length, "more policy", "more policies")}`)]
      : [];
  return [strong(policyName(first)), ...more, plain(` ${would ? "would block" : verb} `), ...whom];
}

function whoToWhom(group: Group): Part[] {
  const { top } = group;
  const way = group.direction === "unknown" ? "" : `, ${group.direction}`;
  const l7 = top.l7 === "" ? [] : [plain(" "), strong(top.l7)];
  return [
    strong(fullName(top.source)),
    ...andMore(group.sources - 1, "source"),
    plain(" → "),
    strong(withPort(top.destination, top.protocol, top.port)),
    ...l7,
    ...andMore(group.destinations - 1, "destination"),
    ...andMore(group.ports - 1, portWord(top.protocol)),
    plain(way),
  ];
}

function andMore(count: number, one: string): Part[] {
  return count > 0 ? [plain(` and ${countOf(count, `more ${one}`)}`)] : [];
}

function howMuch(group: Group, when: string): Part[] {
  const drops =
    group.drops === group.attempts
      ? ""
      : ` (${countOf(group.drops, group.verdict === "AUDIT" ? "packet" : "drop")})`;
  return [strong(countOf(group.attempts, "attempt")), plain(`${drops} ${when}.`)];
}

/** The sentence as text, for a copy. */
export function sentenceText(parts: readonly Part[]): string {
  return parts.map((part) => part.text).join("");
}

/** `since 14:12` for a group that began in the range, else the range and when it began. */
export function describeWhen(first: string, beganInRange: boolean, rangeText: string): string {
  return beganInRange ? `since ${first}` : `${rangeText}, first seen ${first}`;
}
