/**
 * What an exporter's configuration selects and what it lacks for telling drops, policies and audit
 * mode, with the configuration that does: for what people paste, such as the entry that circulates
 * for logging blocked egress traffic.
 */
import { isType } from "./event-types";
import { type ExporterForm, type ExporterText, exporterText } from "./exporter";
import type { Filter, Filters } from "./flow-filter";
import { type Note, note } from "./note";
import { isObject } from "./read-filter";

/** One entry of `flowlogs.yaml`, and the form in which it was pasted. */
export type ExporterEntry = {
  form: ExporterForm;
  name: string;
  filePath: string;
  fieldMask: readonly string[];
};

export type ExporterReview = {
  notes: readonly Note[];
  /** The same entry with filters that let everything of every drop through; null where it does. */
  better: ExporterText | null;
};

const DEEPEST = 8;

/** The first entry in parsed YAML or JSON; null where it holds none. */
export function exporterEntryIn(values: readonly unknown[]): ExporterEntry | null {
  for (const value of values) {
    const entry = entryIn(value, formOf(value), DEEPEST);
    if (entry !== null) return entry;
  }
  return null;
}

function formOf(value: unknown): ExporterForm {
  if (!isObject(value)) return "exporter";
  if (value.kind === "ConfigMap" || isObject(value.data)) return "configmap";
  return isObject(value.hubble) || isObject(value.export) ? "helm" : "exporter";
}

function entryIn(value: unknown, form: ExporterForm, deep: number): ExporterEntry | null {
  if (deep === 0) return null;
  if (!isObject(value) && !Array.isArray(value)) return null;
  if (isObject(value) && typeof value.filePath === "string") {
    const mask = Array.isArray(value.fieldMask) ? value.fieldMask : [];
    return {
      form,
      name: typeof value.name === "string" ? value.name : "droplens",
      filePath: value.filePath,
      fieldMask: mask.filter((path) => typeof path === "string"),
    };
  }
  for (const inner of Object.values(value)) {
    const entry = entryIn(inner, form, deep - 1);
    if (entry !== null) return entry;
  }
  return null;
}

const DROP_EVENT = 1;
/** Everything of every drop: both events of a packet, and what audit mode let through. */
const BEST: Filter = { verdict: ["DROPPED", "AUDIT"] };
/** Fields without which drops cannot be told, joined or named. */
const NEEDED = [
  "time",
  "uuid",
  "node_name",
  "verdict",
  "drop_reason_desc",
  "event_type",
  "traffic_direction",
  "IP",
  "l4",
  "source",
  "destination",
  "egress_denied_by",
  "ingress_denied_by",
  "policy_log",
];

export function reviewExporter(entry: ExporterEntry, { allow }: Filters): ExporterReview {
  const lacks = [...typeNotes(allow), ...directionNotes(allow), ...maskNotes(entry)];
  const better =
    lacks.length === 0
      ? null
      : exporterText(
          { name: entry.name, filePath: entry.filePath, fieldMask: [], allow: [BEST], deny: [] },
          entry.form,
        );
  return { notes: [...lacks, ...stdoutNotes(entry)], better };
}

/** That drop events name no policy is told of every filter (`review.ts`); this is of files alone. */
function typeNotes(allow: readonly Filter[]): Note[] {
  if (allow.length === 0 || !allow.every(isDropEventsOnly)) return [];
  return [
    note(
      "warning",
      "verdict",
      "AUDIT never appears in it: what audit mode lets through comes as a policy verdict (type 5) only.",
    ),
  ];
}

function isDropEventsOnly(filter: Filter): boolean {
  const types = (filter.event_type ?? []).filter(isType);
  return types.length > 0 && types.every(({ type }) => type === DROP_EVENT);
}

function directionNotes(allow: readonly Filter[]): Note[] {
  const only = [...new Set(allow.flatMap(({ traffic_direction = [] }) => traffic_direction))];
  const isBound = allow.length > 0 && allow.every((one) => one.traffic_direction !== undefined);
  if (!isBound || only.length !== 1) return [];
  const isEgress = only[0] === "EGRESS" || only[0] === 2;
  const other = isEgress ? "ingress" : "egress";
  return [
    note(
      "warning",
      "traffic_direction",
      `It selects ${isEgress ? "egress" : "ingress"} alone: what is refused on ${other} is missing, and so are drops of the host and the overlay, which have no direction.`,
    ),
  ];
}

function maskNotes({ fieldMask }: ExporterEntry): Note[] {
  const isKept = (path: string) =>
    fieldMask.some((kept) => kept === path || kept.startsWith(`${path}.`));
  const missing = fieldMask.length === 0 ? [] : NEEDED.filter((path) => !isKept(path));
  if (missing.length === 0) return [];
  return [note("warning", "fieldMask", `It leaves out ${missing.join(", ")}.`)];
}

function stdoutNotes({ filePath }: ExporterEntry): Note[] {
  if (!/^(\/dev\/)?std(out|err)$/.test(filePath)) return [];
  return [
    note(
      "hint",
      "filePath",
      "It writes among the agent's own log lines; Droplens reads past those. Ship them to a push source, or tail the container's log as a file source.",
    ),
  ];
}
