/**
 * A query as Hubble takes it: a `hubble observe` command and its filters. What Hubble cannot say is
 * left out and named, so that the result shows more than was meant, never less in silence.
 */

import { fieldRow } from "@/lib/query/fields";
import { termText } from "@/lib/query/format";
import { isSideTerm, PLAIN_FIELDS, type Query, type Term, type Value } from "@/lib/query/query";
import { type Answer, lost } from "./answer";
import { distribute, withoutNarrower } from "./combine";
import type { Filter, Filters, FlowFilterJson } from "./flow-filter";
import { filterJson, filterKey } from "./flow-filter";
import { distinctNotes, type Note, note } from "./note";
import { plainAnswer } from "./plain-filters";
import { hasNoDropEvents, reviewFilters, TWIN_FILTER } from "./review";
import { quoteCommand } from "./shell";
import { sideAnswer } from "./side-filters";
import { filterArguments, valueWords } from "./write-command";

/** Times as Hubble takes them: RFC 3339, or a duration before now such as `15m`. */
export type HubbleRange = { since?: string; until?: string; follow?: boolean };

export type HubbleCommand = {
  /** Words of the command, `hubble` first. */
  command: readonly string[];
  /** The same for a POSIX shell. */
  commandText: string;
  allowlist: readonly FlowFilterJson[];
  denylist: readonly FlowFilterJson[];
  notes: readonly Note[];
};

/** No list is longer than this: more terms would be left out than said. */
export const MOST_FILTERS = 64;

export function toHubble(query: Query, range: HubbleRange = {}): HubbleCommand {
  const { allow, deny, notes } = toFilters(query);
  const filters = filterArguments({ allow, deny });
  const command = ["hubble", "observe", ...rangeWords(range), ...filters.words, "-o", "json"];
  return {
    command,
    commandText: quoteCommand(command),
    allowlist: allow.map(filterJson),
    denylist: deny.map(filterJson),
    notes: distinctNotes([...notes, ...commandNotes(deny, range, filters.raw)]),
  };
}

/** The filters of a query with their notes; at least one of `allow` is there. */
export function toFilters(query: Query): Filters & { notes: Note[] } {
  const notes: Note[] = [];
  const include: (readonly Filter[])[] = [[{ verdict: ["DROPPED", "AUDIT"] }]];
  const exclude: Filter[] = [];
  for (const term of query.terms) {
    const { wanted, refused, problems } = sidesOf(term);
    notes.push(...problems);
    if (wanted !== null && !addInclude(include, wanted)) {
      const text = "Hubble cannot ask for this together with the other terms. Left out.";
      notes.push(note("lost", termText(term), text));
    }
    if (exclude.length + refused.length > MOST_FILTERS) {
      notes.push(note("lost", termText(term), `This needs more than ${MOST_FILTERS} filters.`));
    } else exclude.push(...refused);
  }
  const made = distribute(include);
  const allow = made === "unsayable" ? [] : withoutNarrower(made);
  if (allow.length === 0) {
    notes.push(note("warning", "", "The terms exclude each other: no flow can match all of them."));
    allow.push({ verdict: ["VERDICT_UNKNOWN"] });
  }
  const deny = [...new Map(exclude.map((filter) => [filterKey(filter), filter])).values()];
  notes.push(...twinNotes(allow, deny));
  notes.push(...reviewFilters({ allow, deny }));
  return { allow, deny, notes: distinctNotes(notes) };
}

/** Adds alternatives to those that must hold; false when no list of filters says both. */
function addInclude(include: (readonly Filter[])[], wanted: readonly Filter[]): boolean {
  const made = distribute([...include, wanted]);
  if (made === "unsayable" || made.length > MOST_FILTERS) return false;
  include.splice(0, include.length, made);
  return true;
}

type Sides = { wanted: readonly Filter[] | null; refused: readonly Filter[]; problems: Note[] };

/** What a term puts on either list. */
function sidesOf(written: Term): Sides {
  const term = asIncluding(written);
  const answer = answerOf(term);
  const about = termText(written);
  const problems = answer.problems.map(({ effect, text }) => {
    const hides = (effect === "narrower") !== term.negated;
    if (effect === "lost") return note("lost", about, text);
    return note(hides ? "warning" : "nearest", about, text);
  });
  const isLost = answer.problems.some(({ effect }) => effect === "lost");
  if (term.negated) return { wanted: answer.unless, refused: answer.holds, problems };
  if (isLost) return { wanted: null, refused: [], problems };
  if (answer.unless === null) return { wanted: answer.holds, refused: [], problems };
  if (answer.holds.length === 0) return { wanted: null, refused: answer.unless, problems };
  const text = "Hubble cannot ask for a value or none of it at once. Left out.";
  return { wanted: null, refused: [], problems: [note("lost", about, text)] };
}

function answerOf(term: Term): Answer {
  if (term.field === "text") {
    return lost("Hubble does not search all text. Nearest: print JSON and search that with grep.");
  }
  return isSideTerm(term) ? sideAnswer(term) : plainAnswer(term);
}

const CLOSED = ["verdict", "direction", "attribution", "tag.state"] as const;

/** An exclusion from a closed set is the inclusion of its other members. */
function asIncluding(term: Term): Term {
  const field = PLAIN_FIELDS.find((name) => name === term.field);
  if (!term.negated || field === undefined || !CLOSED.some((name) => name === field)) return term;
  const given = new Set(term.values.map(({ text }) => text));
  const values = (fieldRow(field).values ?? [])
    .filter((text) => !given.has(text))
    .map((text): Value => ({ op: "=", text, glob: false }));
  return { field, negated: false, values };
}

const TWIN_TEXT =
  "Tags and policies stand only on policy verdicts (type 5). The drop events (type 1) of the same packets are excluded as well, so that they do not come through without them. Where policy verdict events are switched off in the cluster, this hides every drop by policy.";

/** Excluding by tag or policy leaves the drop event of the same packet, which has neither. */
function twinNotes(allow: readonly Filter[], deny: Filter[]): Note[] {
  const notes: Note[] = [];
  if (deny.some(({ cel_expression }) => cel_expression !== undefined)) {
    if (!allow.every(hasNoDropEvents)) {
      deny.push(TWIN_FILTER);
      notes.push(note("warning", "event_type", TWIN_TEXT));
    }
  }
  const needsCel = [...allow, ...deny].some(({ cel_expression }) => cel_expression !== undefined);
  if (needsCel) {
    notes.push(
      note(
        "hint",
        "cel_expression",
        "Tags and policies of denied packets need Cilium 1.18; of default deny and audit, 1.20. CEL needs 1.16.",
      ),
    );
  }
  if (allow.some((filter) => filter.cel_expression !== undefined)) {
    const text = "Only policy verdicts (type 5) can match; their drop events (type 1) do not come.";
    notes.push(note("hint", "cel_expression", text));
  } else if (!deny.includes(TWIN_FILTER) && !allow.every(hasNoDropEvents)) {
    const text =
      "A packet refused by policy is two flows here, its verdict and its drop event; Droplens counts it once.";
    notes.push(note("hint", "", text));
  }
  if ([...allow, ...deny].some(hasPlainIpv6)) {
    const text =
      "Hubble compares an IPv6 address as text: it is written in its shortest form here.";
    notes.push(note("hint", "ip", text));
  }
  return notes;
}

function hasPlainIpv6({ source_ip = [], destination_ip = [] }: Filter): boolean {
  return [...source_ip, ...destination_ip].some((ip) => /^[^/]*:[^/]*$/.test(String(ip)));
}

function rangeWords({ since, until, follow }: HubbleRange): string[] {
  return [
    ...(since === undefined ? [] : valueWords("since", since)),
    ...(until === undefined ? [] : valueWords("until", until)),
    ...(follow === true ? ["--follow"] : []),
  ];
}

function commandNotes(deny: readonly Filter[], range: HubbleRange, raw: boolean): Note[] {
  const notes: Note[] = [
    note(
      "hint",
      "-o json",
      "Other outputs leave out direction and policies unless --use-default-field-masks=false is given.",
    ),
  ];
  if (range.since === undefined && range.until === undefined && range.follow !== true) {
    const text = "Without --since, --last or --follow Hubble shows the last 20 flows of each node.";
    notes.push(note("hint", "--last", text));
  }
  if (range.since !== undefined || range.until !== undefined) {
    const text =
      "Each node remembers only its newest flows (4,095 unless set otherwise), so what Hubble still has may begin later.";
    notes.push(note("hint", "--since", text));
  }
  if (deny.length > 1) {
    const text =
      "Hubble joins all flags after --not into one filter, so each exclusion is a --denylist of its own.";
    notes.push(note("hint", "--denylist", text));
  } else if (raw) {
    const text = "Written as JSON: flags for this do not exist, or Hubble refuses them together.";
    notes.push(note("hint", "--allowlist", text));
  }
  return notes;
}
