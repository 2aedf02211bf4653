"use client";
/** The store: whether it takes drops, what is paused meanwhile and what to do, how far it goes back. */
import type { ReactNode } from "react";
import { Until } from "@/components/sources/until";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatCount, formatExact } from "@/components/ui/number-text";
import { formatSize } from "@/components/ui/size-text";
import type { SourcesAnswer } from "@/lib/drops/source-report";
import type { StoreReport, StoreState } from "@/lib/drops/store-report";

const STATE_TEXT: Record<StoreState, string> = {
  ok: "takes drops",
  opening: "opening",
  full: "disk full",
  "read-only": "read-only",
  locked: "in use elsewhere",
  damaged: "damaged",
  unreachable: "unreachable",
  failing: "failing",
};

export function StoreBox({ answer: { store, streams } }: { answer: SourcesAnswer }) {
  const isWell = store.state === "ok";
  return (
    <section className="src-store" aria-label="Store">
      <h2 className="src-side-head">
        Store
        <span className={isWell ? "dim" : "c-audit"}>
          {STATE_TEXT[store.state]}
          {!isWell && (
            <>
              {" "}
              for <Ago time={store.since} before="Since " />
            </>
          )}
        </span>
      </h2>
      {!isWell && <Trouble store={store} />}
      <dl className="kv">
        <Fact name="Waiting">
          {store.waiting === 0
            ? "nothing"
            : `${countOf(store.waiting, "drop")} of ${formatCount(store.capacity)}`}
        </Fact>
        {store.shed > 0 && (
          <Fact name="Let go">
            <b className="c-audit">{formatExact(store.shed)} drops</b>
          </Fact>
        )}
        <Fact name="Kept">{store.drops === null ? UNKNOWN : countOf(store.drops, "drop")}</Fact>
        <Fact name="Size">
          {store.sizeBytes === null ? UNKNOWN : formatSize(store.sizeBytes)}
          {store.freeBytes !== null && (
            <span className="dim"> · {formatSize(store.freeBytes)} free</span>
          )}
        </Fact>
        <Fact name="Oldest day">{store.oldestDay ?? "none yet"}</Fact>
        <Fact name="Goes after">
          {countOf(store.retention.days, "day")}
          {store.retention.sizeBytes !== null && (
            <span className="dim">, or over {formatSize(store.retention.sizeBytes)}</span>
          )}
        </Fact>
        {store.pruned.days > 0 && (
          <Fact name="Gone by size">
            {countOf(store.pruned.days, "day")}, {countOf(store.pruned.drops, "drop")}
          </Fact>
        )}
        <Fact name="Place">
          <span className="mono">
            <FlowText text={store.place} />
          </span>
        </Fact>
        <Fact name="Browsers">
          {streams.subscribers === 0
            ? "no live view open"
            : `${formatExact(streams.subscribers)} on ${countOf(streams.views, "view")}`}
        </Fact>
      </dl>
      {store.notes.map(({ at, words, path }) => (
        <p key={`${at} ${words}`} className="src-problem">
          <FlowText text={words} /> {path !== null && <FlowText text={path} className="mono" />}{" "}
          <span className="dim">
            <Ago time={at} /> ago
          </span>
        </p>
      ))}
    </section>
  );
}

const UNKNOWN = <span className="dim">not known</span>;

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Trouble({ store }: { store: StoreReport }) {
  return (
    <div className="src-problem" role="status">
      <p>
        <Icon name="warn" className="c-audit" /> <FlowText text={store.words} />
      </p>
      {store.paused.length > 0 && (
        <p>
          Paused: <FlowText text={store.paused.join("; ")} />.
        </p>
      )}
      {store.goesOn !== "" && (
        <p>
          <FlowText text={store.goesOn} />
        </p>
      )}
      {store.advice !== "" && (
        <p>
          <b>
            <FlowText text={store.advice} />
          </b>
        </p>
      )}
      {store.problem !== null && (
        <p className="dim">
          <FlowText text={store.problem} />
        </p>
      )}
      {store.nextTry !== null && (
        <p className="dim">
          Tried again <Until time={store.nextTry} />.
        </p>
      )}
    </div>
  );
}
