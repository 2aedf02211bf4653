/** A `hubble observe` command: its flags as filters and range, in the way the CLI builds them. */
import type { QueryError } from "@/lib/query/query-error";
import { nearest } from "@/lib/query/query-error";
import { refusedTogether } from "./flag-conflicts";
import { type FilterFlag, FLAG_NAMES, type Flag, findFlag, type SwitchFlag } from "./flags";
import type { Filter, FilterField, Filters, FilterValue } from "./flow-filter";
import { type Note, note } from "./note";
import { FilterShapeError, filterOf } from "./read-filter";
import { jsonValues } from "./read-json";
import { splitCommand, type Word } from "./shell";
import type { HubbleRange } from "./to-hubble";

export type ReadFilters = Filters & {
  range: HubbleRange;
  notes: Note[];
  /** Of the flags that made the filters, without dashes. */
  flags: readonly string[];
};
export type CommandResult = { ok: true; read: ReadFilters } | { ok: false; error: QueryError };

const COMMAND = /(?:^|[\s;&|($`])(?:[\w.~/-]*\/)?hubble(?:\.exe)?(?=[ \t\\])/g;

/** Longer than any connection flags before `observe`. */
const MOST_BEFORE_OBSERVE = 2_000;

/** Offset of the first `hubble observe` in the text, at the `h`; -1 when there is none. */
export function findCommand(text: string): number {
  for (const match of text.matchAll(COMMAND)) {
    const at = match.index + match[0].search(/hubble(?:\.exe)?$/);
    const line = text
      .slice(at, at + MOST_BEFORE_OBSERVE)
      .split(/\\?\n/, 3)
      .join(" ");
    if (/^hubble(?:\.exe)?\s[^|;&\n]*?\bobserve\b/.test(line)) return at;
  }
  return -1;
}

/** Reads the command at `start`, or flags alone. */
export function readCommand(text: string, start: number): CommandResult {
  const split = splitCommand(text, start);
  if (!split.ok) {
    const { message, at, length, expected } = split;
    return { ok: false, error: { message, at, length, expected: [expected] } };
  }
  const notes = tailNotes(text, split.end);
  const state = createState(notes);
  let index = 0;
  while (index < split.words.length) {
    const taken = readArgument(split.words, index, state);
    if (typeof taken !== "number") return { ok: false, error: taken };
    index += taken;
  }
  return { ok: true, read: finish(state) };
}

function tailNotes(text: string, end: number): Note[] {
  const tail = text.slice(end).trim();
  if (tail === "" || tail.startsWith("#")) return [];
  const isNewLine = /[\r\n]/.test(text.charAt(end));
  const shown = tail.split(/\r?\n/, 1)[0]?.slice(0, 60) ?? "";
  const reason = isNewLine
    ? "Only the first command is read."
    : "What follows the command works on its output. Left out.";
  return [note("hint", shown, reason)];
}

type Building = { [F in FilterField]?: FilterValue[] };

type List = {
  /** The flags' filter for each end; equal where no two-sided flag was given. */
  source: Building;
  destination: Building;
  isTwoSided: boolean;
  raw: Filter[];
  names: string[];
};

type State = { allow: List; deny: List; range: HubbleRange; notes: Note[]; negated: boolean };

function createState(notes: Note[]): State {
  const list = (): List => ({ source: {}, destination: {}, isTwoSided: false, raw: [], names: [] });
  return { allow: list(), deny: list(), range: {}, notes, negated: false };
}

/** How many words were read, or what is wrong. */
function readArgument(words: readonly Word[], index: number, state: State): number | QueryError {
  const word = words[index];
  if (word === undefined) return 1;
  if (!/^-./.test(word.text) || word.text === "--") return readPlainWord(word, index, state);
  const equals = word.text.startsWith("--") ? word.text.indexOf("=") : -1;
  const written = equals < 0 ? word.text : word.text.slice(0, equals);
  const inline = equals < 0 ? null : word.text.slice(equals + 1);
  const flag = findFlag(written);
  if (flag === null) {
    return word.text.startsWith("--")
      ? unknownFlag(words, index, inline, state)
      : readShorts(words, index, state);
  }
  return readFlag(flag, written, inline, words, index, state);
}

/** The program's name and its subcommands; anything else Hubble does not take. */
function readPlainWord(word: Word, index: number, state: State): number {
  const isCommand =
    /^(hubble(\.exe)?|observe|flows)$/.test(word.text) && (index < 3 || word.text === "observe");
  if (!isCommand) {
    state.notes.push(note("hint", word.text, "Hubble takes no such argument. Left out."));
  }
  return 1;
}

/** `-Pf`, `-nshop`, `-o=json`: letters, of which the first that takes a value takes the rest. */
function readShorts(words: readonly Word[], index: number, state: State): number | QueryError {
  const word = words[index];
  const letters = word?.text.slice(1) ?? "";
  for (let at = 0; at < letters.length; at += 1) {
    const written = `-${letters.charAt(at)}`;
    const flag = findFlag(written);
    if (flag === null) return unknownFlag(words, index, null, state);
    const rest = letters.slice(at + 1).replace(/^=/, "");
    const inline = takesValue(flag) && rest !== "" ? rest : null;
    const taken = readFlag(flag, written, inline, words, index, state);
    if (typeof taken !== "number" || takesValue(flag)) return taken;
  }
  return 1;
}

function unknownFlag(
  words: readonly Word[],
  index: number,
  inline: string | null,
  state: State,
): number {
  const written = words[index]?.text.split("=", 1)[0] ?? "";
  const near = nearest(written, FLAG_NAMES);
  const hint = near === null ? "" : ` Did you mean ${near}?`;
  state.notes.push(
    note("lost", written, `Droplens does not know this flag of hubble observe.${hint} Left out.`),
  );
  state.negated = false;
  const next = words[index + 1]?.text ?? "-";
  return inline === null && !next.startsWith("-") ? 2 : 1;
}

function takesValue(flag: Flag): boolean {
  if (flag.kind === "range" || flag.kind === "other") return flag.takesValue;
  return flag.kind === "filter" || flag.kind === "raw";
}

function readFlag(
  flag: Flag,
  written: string,
  inline: string | null,
  words: readonly Word[],
  index: number,
  state: State,
): number | QueryError {
  if (!takesValue(flag)) {
    if (inline !== null && /^(false|0|f)$/i.test(inline)) return 1;
    takeSwitch(flag, written, state);
    return 1;
  }
  const own = words[index];
  const word = inline === null ? words[index + 1] : own;
  if (word === undefined || own === undefined) {
    const at = own?.end ?? 0;
    return { message: `${written} needs a value.`, at, length: 0, expected: [expectedOf(flag)] };
  }
  const value = inline ?? word.text;
  const taken = inline === null ? 2 : 1;
  if (word.expands && flag.kind !== "other") {
    const text = "Only the shell that runs it knows this value. Left out.";
    state.notes.push(note("lost", `${written} ${value}`, text));
    state.negated = false;
    return taken;
  }
  const problem = takeValue(flag, written, value, state);
  if (problem === null) return taken;
  return {
    message: problem,
    at: word.at,
    length: word.end - word.at,
    expected: [expectedOf(flag)],
  };
}

function expectedOf(flag: Flag): string {
  if (flag.kind === "filter") return flag.expects;
  return flag.kind === "raw" ? "a filter as JSON" : "a value";
}

function takeSwitch(flag: Flag, written: string, state: State): void {
  if (flag.kind === "not") {
    state.negated = true;
    return;
  }
  if (flag.kind === "switch") addValue(flag, flag.value, state);
  else if (flag.kind === "range") takeRange(flag.name, "", written, state);
  else if (flag.kind === "other") state.notes.push(note("hint", written, flag.about));
  state.negated = false;
}

/** What is wrong with the value, or null. */
function takeValue(flag: Flag, written: string, value: string, state: State): string | null {
  if (flag.kind === "filter") {
    const read = flag.read(value);
    if (read === null) return `${written} takes ${flag.expects}.`;
    addValue(flag, read, state);
  } else if (flag.kind === "raw") {
    const problem = addRaw(flag.list, value, state);
    if (problem !== null) return problem;
  } else if (flag.kind === "range") takeRange(flag.name, value, written, state);
  else if (flag.kind === "other") state.notes.push(note("hint", written, flag.about));
  state.negated = false;
  return null;
}

function addRaw(list: "allow" | "deny", value: string, state: State): string | null {
  try {
    for (const json of jsonValues(value)) state[list].raw.push(filterOf(json, state.notes));
    return null;
  } catch (error) {
    return error instanceof FilterShapeError || error instanceof SyntaxError
      ? `--${list}list takes filters as JSON: ${error.message}`
      : "This is no filter.";
  }
}

function takeRange(name: string, value: string, written: string, state: State): void {
  if (name === "since") state.range.since = value;
  else if (name === "until") state.range.until = value;
  else if (name === "follow") state.range.follow = true;
  else {
    const text = "Droplens shows a range of time, not a number of flows. Choose the range.";
    state.notes.push(note("hint", `${written} ${value}`.trim(), text));
  }
}

function addValue(flag: FilterFlag | SwitchFlag, value: FilterValue, state: State): void {
  const list = state.negated ? state.deny : state.allow;
  list.names.push(flag.name);
  const [first, second] = flag.fields;
  if (first === undefined) return;
  list.isTwoSided ||= second !== undefined;
  push(list.source, first, value);
  push(list.destination, second ?? first, value);
}

function push(filter: Building, field: FilterField, value: FilterValue): void {
  filter[field] = [...(filter[field] ?? []), value];
}

function finish({ allow, deny, range, notes }: State): ReadFilters {
  for (const list of [allow, deny]) {
    const refused = refusedTogether(list.names);
    if (refused !== null) {
      notes.push(note("warning", refused, "Hubble refuses these together; Droplens takes both."));
    }
  }
  if (negatedKinds(deny) > 1) {
    const text =
      "Hubble joins everything after --not into one filter: it excludes only flows to which all of it applies.";
    notes.push(note("warning", "--not", text));
  }
  const flags = [...allow.names, ...deny.names];
  return { allow: filtersOf(allow), deny: filtersOf(deny), range, notes, flags };
}

function negatedKinds({ names }: List): number {
  return new Set(names).size;
}

function filtersOf({ source, destination, isTwoSided, raw, names }: List): Filter[] {
  const built = names.length === 0 ? [] : isTwoSided ? [source, destination] : [source];
  return [...built.map(mergeNamespaces), ...raw];
}

/** `-n shop --pod web` is the pod web in shop: the namespace goes into names without a slash. */
function mergeNamespaces(filter: Building): Filter {
  const merged: Building = { ...filter };
  for (const end of ["source", "destination"] as const) {
    const field: FilterField = `${end}_pod`;
    const services: FilterField = `${end}_service`;
    const pods = (merged[field] ?? []).map(String);
    const spaces = pods.filter((pod) => /^[^/]+\/$/.test(pod));
    const bare = pods.filter((pod) => !pod.includes("/"));
    const bareServices = (merged[services] ?? []).map(String).filter((one) => !one.includes("/"));
    if (spaces.length === 0 || bare.length + bareServices.length === 0) continue;
    const withSpace = (name: string) =>
      name.includes("/") ? [name] : spaces.map((space) => space + name);
    const kept = bare.length === 0 ? pods : pods.filter((pod) => !spaces.includes(pod));
    merged[field] = kept.flatMap(withSpace);
    if (merged[services] !== undefined) {
      merged[services] = merged[services].map(String).flatMap(withSpace);
    }
  }
  return merged;
}
