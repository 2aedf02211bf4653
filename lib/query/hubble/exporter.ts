/**
 * A query as configuration of Hubble's exporter: an entry of `flowlogs.yaml`, the ConfigMap around
 * it, and Helm values. Every text is in double quotes, so that no value is anything but a value.
 */
import { stringify } from "yaml";
import type { Query } from "@/lib/query/query";
import { escapeUnseen, type Filters, filterJson } from "./flow-filter";
import { distinctNotes, type Note, note } from "./note";
import { toFilters } from "./to-hubble";

export type ExporterForm = "exporter" | "configmap" | "helm";

export type ExporterOptions = {
  /** Name of the entry, which also names its file. Default `droplens`. */
  name?: string;
  /** Default `/var/run/cilium/hubble/<name>.log`. */
  filePath?: string;
};

export type ExporterText = { yaml: string; notes: readonly Note[] };

const CONFIG_MAP = "cilium-flowlog-config";

export function toExporter(
  query: Query,
  form: ExporterForm,
  options: ExporterOptions = {},
): ExporterText {
  const { allow, deny, notes } = toFilters(query);
  const name = options.name ?? "droplens";
  const filePath = options.filePath ?? `/var/run/cilium/hubble/${fileName(name)}.log`;
  const text = exporterText({ name, filePath, fieldMask: [], allow, deny }, form);
  return { yaml: text.yaml, notes: distinctNotes([...notes, ...text.notes]) };
}

/** One entry as it is written in a form, with what belongs to the form. */
export function exporterText(
  { allow, deny, ...named }: Filters & { name: string; filePath: string; fieldMask: string[] },
  form: ExporterForm,
): ExporterText {
  const entry = {
    ...named,
    includeFilters: allow.map(filterJson),
    excludeFilters: deny.map(filterJson),
  };
  return { yaml: FORMS[form](entry), notes: formNotes(form) };
}

type Entry = { name: string; filePath: string; fieldMask: readonly string[] };

const FORMS: Record<ExporterForm, (entry: Entry) => string> = {
  exporter: (entry) => yamlText({ flowLogs: [entry] }),
  configmap: (entry) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${CONFIG_MAP}\n  namespace: kube-system\ndata:\n  flowlogs.yaml: |\n${indented(yamlText({ flowLogs: [entry] }), 4)}`,
  helm: (entry) =>
    yamlText({
      hubble: { export: { dynamic: { enabled: true, config: { content: [entry] } } } },
    }),
};

/** Control, bidirectional and other unseen characters are escaped; go-yaml refuses some of them. */
function yamlText(value: unknown): string {
  const text = stringify(value, replaceHalves, {
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    lineWidth: 0,
  });
  return escapeUnseen(text);
}

/** Half a surrogate pair is no character of a file. */
function replaceHalves(_key: unknown, value: unknown): unknown {
  return typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\ufffd") : value;
}

function indented(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, " ".repeat(columns));
}

function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "") || "droplens";
}

function formNotes(form: ExporterForm): Note[] {
  const notes = [
    note("hint", "filePath", "Name and file must differ from those of every other entry."),
  ];
  if (form === "helm") {
    const text =
      "content replaces the whole list of entries; keep those you already have beside it.";
    notes.push(note("hint", "content", text));
  }
  if (form === "configmap") {
    const text =
      "Apply it with hubble.export.dynamic.config.createConfigMap=false, or the chart puts its own in its place. Agents read it within about a minute.";
    notes.push(note("hint", CONFIG_MAP, text));
  }
  return notes;
}
