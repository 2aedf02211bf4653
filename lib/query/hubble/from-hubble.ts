/**
 * What people paste about Hubble, as a query: a `hubble observe` command, FlowFilters, what
 * `--print-raw-filters` prints, configuration of the exporter. What cannot be asked in one query is
 * named and left out, so that the query shows more than was meant, never less.
 */
import { formatQuery } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";
import type { QueryError } from "@/lib/query/query-error";
import type { ExporterText } from "./exporter";
import { aboutFlags } from "./flag-notes";
import type { Filters } from "./flow-filter";
import { queryOf } from "./formula";
import { distinctNotes, type Note, note } from "./note";
import { findCommand, readCommand } from "./read-command";
import { readDocument } from "./read-document";
import { FilterShapeError, meaningOf } from "./read-filter";
import { reviewFilters } from "./review";
import { exporterEntryIn, reviewExporter } from "./review-exporter";
import type { HubbleRange } from "./to-hubble";

export type HubbleReading =
  | {
      ok: true;
      query: Query;
      /** Of a command, as it is written: RFC 3339 or a duration before now such as `2m`. */
      range: HubbleRange | null;
      notes: readonly Note[];
      /** For an exporter's entry that lacks something: the entry that does not. */
      better: ExporterText | null;
    }
  | { ok: false; error: QueryError };

/** Longer texts are not read, in UTF-16 code units. */
export const MAX_PASTED = 65_536;

/** Never throws. `error.at` is an offset in the text as given. */
export function readHubble(text: string): HubbleReading {
  if (text.length > MAX_PASTED) {
    const message = `At most ${MAX_PASTED.toLocaleString("en")} characters are read.`;
    return failed({ message, at: MAX_PASTED, length: text.length - MAX_PASTED });
  }
  if (text.trim() === "") {
    const message = "Paste a hubble observe command, filters or an exporter's configuration.";
    return failed({ message, at: 0, length: 0, expected: ["hubble observe …"] });
  }
  const plain = unfenced(text);
  const start = /^\s*[{[]/.test(plain) ? -1 : commandStart(plain);
  if (start >= 0) {
    const result = readCommand(plain, start);
    if (!result.ok) return failed(result.error);
    const { range, notes, flags, ...filters } = result.read;
    const read = reading(filters, range, notes);
    return read.ok ? { ...read, notes: distinctNotes(aboutFlags(read.notes, flags)) } : read;
  }
  const result = readDocument(plain);
  if (!result.ok) return failed(result.error);
  const read = reading(result.filters, null, result.notes);
  const entry = exporterEntryIn(result.values);
  if (!read.ok || entry === null) return read;
  const { notes, better } = reviewExporter(entry, result.filters);
  return { ...read, notes: distinctNotes([...read.notes, ...notes]), better };
}

function failed(error: QueryError): HubbleReading {
  return { ok: false, error };
}

/** Fences of Markdown as spaces, so that offsets stay. */
function unfenced(text: string): string {
  return text
    .replace(/^\ufeff/, " ")
    .replace(/^[ \t]*```[^\n]*$/gm, (fence) => " ".repeat(fence.length));
}

/** Where a command or flags alone begin; -1 for neither. */
function commandStart(text: string): number {
  const command = findCommand(text);
  if (command >= 0) return command;
  const flags = /^\s*(?:[$%❯>#]\s+)?(?=observe\s|--?[A-Za-z0-9])/.exec(text);
  return flags === null || /^\s*---/.test(text) ? -1 : flags[0].length;
}

function reading(
  filters: Filters,
  range: HubbleRange | null,
  found: readonly Note[],
): HubbleReading {
  const notes = [...found];
  try {
    const formula = meaningOf(filters, notes);
    const made = queryOf(formula);
    notes.push(...made.notes, ...scopeNotes(filters), ...reviewFilters(filters));
    // Through the parser, so that what is handed on is a query that can be typed.
    const parsed = parseQuery(formatQuery(made.query));
    if (!parsed.ok) {
      const message = `As one query this is too long: ${parsed.error.message}`;
      return failed({ message, at: 0, length: 0 });
    }
    return { ok: true, query: parsed.query, range, notes: distinctNotes(notes), better: null };
  } catch (error) {
    if (!(error instanceof FilterShapeError)) throw error;
    return failed({ message: error.message, at: 0, length: 0, expected: [error.expected] });
  }
}

function scopeNotes({ allow }: Filters): Note[] {
  const isBounded = (filter: Filters["allow"][number]) =>
    filter.verdict !== undefined ||
    filter.drop_reason_desc !== undefined ||
    filter.event_type !== undefined;
  if (allow.length > 0 && allow.every(isBounded)) return [];
  const text = "Hubble also shows what was allowed; Droplens holds what was dropped or audited.";
  return [note("hint", "verdict", text)];
}
