"use client";
/** What stands in place of the table when its first page could not be read. */
import { Icon } from "@/components/ui/icon";

export function ListFailed({ problem, retry }: { problem: string; retry: () => void }) {
  return (
    <section className="empty" aria-labelledby="empty-title" role="alert">
      <Icon name="warn" size={30} className="c-audit" />
      <h2 id="empty-title">The drops could not be read</h2>
      <p>{problem}</p>
      <p className="buttons">
        <button type="button" className="btn primary" onClick={retry}>
          Try again
        </button>
      </p>
    </section>
  );
}
