/** Notes of a translation in the order in which they matter, and what they come to in one line. */
import type { IconName } from "@/components/ui/icon";
import { countOf } from "@/components/ui/number-text";
import type { Note } from "@/lib/query/hubble/note";

export type Direction = "to" | "from";

type LevelText = { level: Note["level"]; icon: IconName; word: string };

/** The worst first. */
export const LEVELS: readonly LevelText[] = [
  { level: "warning", icon: "warn", word: "Warning" },
  { level: "lost", icon: "close", word: "Left out" },
  { level: "nearest", icon: "inferred", word: "Nearest" },
  { level: "hint", icon: "info", word: "Good to know" },
];

/** How good the translation is; hints do not count. */
export function summaryOf(notes: readonly Note[], direction: Direction): string {
  const count = (level: Note["level"]) => notes.filter((note) => note.level === level).length;
  const parts = [
    count("warning") > 0 ? countOf(count("warning"), "warning") : "",
    count("lost") > 0 ? `${count("lost")} left out` : "",
    count("nearest") > 0 ? `${count("nearest")} only nearly the same` : "",
  ].filter((part) => part !== "");
  if (parts.length > 0) return parts.join(", ");
  return direction === "to" ? "Hubble can say all of it" : "All of it is in the query";
}

export function isExact(notes: readonly Note[]): boolean {
  return notes.every(({ level }) => level === "hint");
}
