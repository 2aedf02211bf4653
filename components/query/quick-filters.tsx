"use client";
/** Verdict and namespace, the two filters most looked for, as edits of the query. */
import { filterValues, withFilter } from "@/components/query/edit-query";
import { formatQuery } from "@/lib/query/format";
import type { Query } from "@/lib/query/query";

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
  const chosen = query === null ? [] : filterValues(query, "verdict");
  return (
    <fieldset className="segments" disabled={query === null}>
      <legend className="sr-only">Verdict</legend>
      {VERDICTS.map((verdict) => (
        <button
          key={verdict.name}
          type="button"
          aria-pressed={query !== null && chosen.join() === verdict.values.join()}
          onClick={() =>
            query !== null && onChange(formatQuery(withFilter(query, "verdict", verdict.values)))
          }
        >
          {verdict.name}
        </button>
      ))}
    </fieldset>
  );
}

function NamespaceFilter({ query, namespaces, onChange }: Props) {
  const chosen = query === null ? [] : filterValues(query, "ns");
  const value = chosen.join(",");
  const listed =
    chosen.length === 1 && !namespaces.includes(value) ? [value, ...namespaces] : namespaces;
  return (
    <select
      className="select"
      aria-label="Namespace"
      disabled={query === null}
      value={value}
      onChange={(event) => {
        const texts = event.target.value === "" ? [] : [event.target.value];
        if (query !== null) onChange(formatQuery(withFilter(query, "ns", texts)));
      }}
    >
      <option value="">All namespaces</option>
      {chosen.length > 1 && <option value={value}>{value}</option>}
      {listed.map((namespace) => (
        <option key={namespace} value={namespace}>
          {namespace}
        </option>
      ))}
    </select>
  );
}
