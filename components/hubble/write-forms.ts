/** A query in each form that Hubble takes, as blocks of text to copy with the notes beside them. */
import type { HubbleForm } from "@/components/ui/preferences";
import { toExporter } from "@/lib/query/hubble/exporter";
import { escapeUnseen, filterJson, visibleJson } from "@/lib/query/hubble/flow-filter";
import type { Note } from "@/lib/query/hubble/note";
import { quoteCommand } from "@/lib/query/hubble/shell";
import { type HubbleRange, toFilters, toHubble } from "@/lib/query/hubble/to-hubble";
import type { Query } from "@/lib/query/query";

export type TextBlock = { title: string; text: string };
export type WrittenForm = { blocks: readonly TextBlock[]; notes: readonly Note[] };

const YAML_TITLES = {
  exporter: "flowlogs.yaml",
  configmap: "ConfigMap cilium-flowlog-config",
  helm: "Values of the Cilium chart",
} as const;

export function writeForm(form: HubbleForm, query: Query, range: HubbleRange): WrittenForm {
  if (form === "observe") {
    const { commandText, notes } = toHubble(query, range);
    return { blocks: [{ title: "Command", text: commandText }], notes };
  }
  if (form === "filters") return writeFilters(query);
  const { yaml, notes } = toExporter(query, form);
  return { blocks: [{ title: YAML_TITLES[form], text: yaml }], notes };
}

function writeFilters(query: Query): WrittenForm {
  const { allow, deny, notes } = toFilters(query);
  const [allowlist, denylist] = [allow.map(filterJson), deny.map(filterJson)];
  const flags = [
    ...allowlist.flatMap((filter) => ["--allowlist", visibleJson(filter)]),
    ...denylist.flatMap((filter) => ["--denylist", visibleJson(filter)]),
  ];
  const json = JSON.stringify({ allowlist, denylist }, replaceHalves, 2);
  return {
    blocks: [
      { title: "Flags of hubble observe", text: quoteCommand(flags) },
      { title: "JSON", text: escapeUnseen(json) },
    ],
    notes,
  };
}

/** Half a surrogate pair is no character of a text. */
function replaceHalves(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\ufffd") : value;
}
