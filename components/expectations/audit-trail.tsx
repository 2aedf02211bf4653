"use client";
/** Who did what, when and from where, the newest first: of one expectation or of all. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { fetchAudit } from "@/components/expectations/api";
import { Stamp } from "@/components/expectations/stamp";
import { ACTION_TEXT, messageOf } from "@/components/expectations/words";
import { FlowText } from "@/components/ui/flow-text";
import type { AuditEntry } from "@/lib/expectations/view";

type Props = {
  /** Null for all of them. */
  id: string | null;
};

export function AuditTrail({ id }: Props) {
  const trail = useInfiniteQuery({
    queryKey: ["audit", id],
    initialPageParam: null as number | null,
    queryFn: ({ signal, pageParam }) => fetchAudit(id, pageParam, signal),
    getNextPageParam: (page) => page.next,
  });
  const entries = trail.data?.pages.flatMap((page) => page.entries) ?? [];
  // Of all, it is a part of the screen; of one, a part of its details.
  const Heading = id === null ? "h2" : "h3";
  return (
    <section className="block trail" aria-label="Audit trail">
      <Heading>
        Audit trail
        <span className="block-note">
          <a href={exportPath(id, "jsonl")} download>
            JSON lines
          </a>{" "}
          ·{" "}
          <a href={exportPath(id, "csv")} download>
            CSV
          </a>
        </span>
      </Heading>
      {trail.error !== null && (
        <div className="sheet-failed" role="alert">
          <p>
            <b>The trail could not be read.</b> {messageOf(trail.error)}
          </p>
          <button type="button" className="btn" onClick={() => void trail.refetch()}>
            Try again
          </button>
        </div>
      )}
      {trail.isPending && <p className="dim">Reading the trail…</p>}
      {trail.data !== undefined && entries.length === 0 && (
        <p className="dim">Nothing was done yet.</p>
      )}
      <ol>
        {entries.map((entry) => (
          <Entry key={entry.seq} entry={entry} named={id === null} />
        ))}
      </ol>
      {trail.hasNextPage && (
        <button
          type="button"
          className="btn"
          disabled={trail.isFetchingNextPage}
          onClick={() => void trail.fetchNextPage()}
        >
          {trail.isFetchingNextPage ? "Reading…" : "Older"}
        </button>
      )}
    </section>
  );
}

function exportPath(id: string | null, format: "jsonl" | "csv"): string {
  const of = id === null ? "" : `&id=${encodeURIComponent(id)}`;
  return `/api/expectations/audit/export?format=${format}${of}`;
}

function Entry({ entry, named }: { entry: AuditEntry; named: boolean }) {
  const { actor, action, at, from, changes, after } = entry;
  return (
    <li>
      <p>
        <b>
          <FlowText text={actor.name === "" ? "Somebody" : actor.name} />
        </b>{" "}
        {!actor.verified && <span className="unverified">unverified</span>} {ACTION_TEXT[action]}
      </p>
      <p className="dim">
        <Stamp time={at} />
        {from !== "" && (
          <>
            {" "}
            · from <FlowText text={from} />
          </>
        )}
      </p>
      {named && (
        <p>
          <a href={`/expected?open=${encodeURIComponent(entry.expectation)}&state=all`}>
            <FlowText text={after.reason} />
          </a>
        </p>
      )}
      {changes.length > 0 && (
        <ul className="trail-changes">
          {changes.map((change) => (
            <li key={change}>
              <FlowText text={change} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
