"use client";
/** The store: whether it takes drops, what waits for it, and how far back it goes. */
import { formatBytes } from "@/components/sources/source-words";
import { useKept } from "@/components/sources/use-sources";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { formatCount, formatExact } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatStamp } from "@/components/ui/time-text";
import type { SourcesAnswer } from "@/lib/drops/source-report";

export function StoreBox({ answer: { store, streams } }: { answer: SourcesAnswer }) {
  const { zone } = usePreferences();
  const kept = useKept();
  const day = kept?.oldest == null ? null : formatStamp(Date.parse(kept.oldest), zone);
  return (
    <section className="src-store" aria-label="Store">
      <h2 className="src-side-head">
        Store{" "}
        <span className="dim">{store.problem === null ? "takes drops" : "takes nothing"}</span>
      </h2>
      {store.problem !== null && (
        <p className="src-problem">
          <Icon name="warn" className="c-audit" /> <FlowText text={store.problem} />
        </p>
      )}
      <dl className="kv">
        <dt>Waiting</dt>
        <dd>{formatExact(store.waiting)} drops</dd>
        <dt>Kept</dt>
        <dd>{kept === null ? "asking" : `${formatCount(kept.drops)} drops`}</dd>
        <dt>On disk</dt>
        <dd>{kept === null ? "asking" : formatBytes(kept.diskBytes)}</dd>
        <dt>Oldest</dt>
        <dd title={day ?? undefined}>
          {kept === null ? "asking" : (day?.slice(0, 16) ?? "none yet")}
        </dd>
        <dt>Goes after</dt>
        <dd>{kept === null ? "asking" : `${kept.retentionDays} days`}</dd>
        <dt>Browsers</dt>
        <dd>
          {formatExact(streams.subscribers)} on {formatExact(streams.views)}{" "}
          {streams.views === 1 ? "view" : "views"}
        </dd>
      </dl>
    </section>
  );
}
