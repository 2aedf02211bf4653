"use client";
/** Verdict and namespace, the two filters most looked for, as edits of the query. */
import { visibleText } from "@/lib/drops/visible-text";
import { setField } from "@/lib/query/edit";
import { formatQuery, termText } from "@/lib/query/format";
import { EVERYTHING, isSideTerm, type Query } from "@/lib/query/query";

const VERDICTS = [
  { name: "All", values: [] },
  { name: "Dropped", values: ["DROPPED"] },
  { name: "Audit", values: ["AUDIT"] },
] as const;

type Props = {
  /** Null while the query in the URL cannot be understood: then there is nothing to edit. */
  query: Query | null;
  namespaces: readonly string[];
  onChange: (q: string) => void;
};

export function QuickFilters({ query, namespaces, onChange }: Props) {
  return (
    <div className="quick-filters">
      <VerdictFilter query={query} onChange={onChange} />
      <NamespaceFilter query={query} namespaces={namespaces} onChange={onChange} />
    </div>
  );
}

function VerdictFilter({ query, onChange }: Omit<Props, "namespaces">) {
  const chosen = query === null ? "" : includedText(query, "verdict");
  return (
    <fieldset className="segments" disabled={query === null}>
      <legend className="sr-only">Verdict</legend>
      {VERDICTS.map((verdict) => (
        <button
          key={verdict.name}
          type="button"
          aria-pressed={query !== null && chosen === verdict.values.join()}
          onClick={() =>
            query !== null && onChange(formatQuery(setField(query, "verdict", verdict.values)))
          }
        >
          {verdict.name}
        </button>
      ))}
    </fieldset>
  );
}

function NamespaceFilter({ query, namespaces, onChange }: Props) {
  const value = query === null ? "" : includedText(query, "ns");
  const names = new Map(namespaces.map((name) => [nameText(name), name]));
  return (
    <select
      className="select"
      aria-label="Namespace"
      disabled={query === null}
      value={value}
      onChange={(event) => {
        const name = names.get(event.target.value);
        const texts = name === undefined ? [] : [name];
        if (query !== null) onChange(formatQuery(setField(query, "ns", texts)));
      }}
    >
      <option value="">All namespaces</option>
      {value !== "" && !names.has(value) && <option value={value}>{visibleText(value)}</option>}
      {[...names].map(([text, name]) => (
        <option key={text} value={text}>
          {visibleText(name)}
        </option>
      ))}
    </select>
  );
}

/** What the query includes of the field, as it stands behind its colon; empty for no such term. */
function includedText(query: Query, field: "verdict" | "ns"): string {
  const term = query.terms.find(
    (one) => one.field === field && !one.negated && (!isSideTerm(one) || one.side === "either"),
  );
  return term === undefined ? "" : termText(term).slice(field.length + 1);
}

function nameText(name: string): string {
  return includedText(setField(EVERYTHING, "ns", [name]), "ns");
}
