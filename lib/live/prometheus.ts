/** Numbers in Prometheus's text format (version 0.0.4): families with their samples, as one text. */

export type Sample = { labels?: Readonly<Record<string, string>>; value: number };

export type Family = {
  /** With its unit, and `_total` for counters. */
  name: string;
  type: "counter" | "gauge";
  help: string;
  samples: readonly Sample[];
};

export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Families without a sample are left out. */
export function formatFamilies(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(formatFamily)
    .join("");
}

function formatFamily({ name, type, help, samples }: Family): string {
  const lines = samples.map(
    ({ labels = {}, value }) => `${name}${formatLabels(labels)} ${formatValue(value)}\n`,
  );
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** In help and labels alike; a quote besides in labels. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function formatValue(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}
