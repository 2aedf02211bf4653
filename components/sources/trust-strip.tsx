"use client";
/** What is known to be missing, over all sources: counted, bounded, unknown, not observed. */
import type { ReactNode } from "react";
import { type Trust, trustOf } from "@/components/sources/trust";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatCount } from "@/components/ui/number-text";
import { formatLength } from "@/components/ui/time-text";
import type { SourcesAnswer } from "@/lib/drops/source-report";

export function TrustStrip({ answer }: { answer: SourcesAnswer }) {
  const trust = trustOf(answer);
  const since = answer.sources
    .map(({ countedSince }) => countedSince)
    .reduce((first, one) => (first === "" || one < first ? one : first), "");
  return (
    <section className="src-trust" aria-label="Can this be trusted?">
      <div className={`src-verdict ${trust.whole ? "is-whole" : "is-partial"}`}>
        <Icon
          name={trust.whole ? "ok" : "warn"}
          size={18}
          className={trust.whole ? "c-ok" : "c-audit"}
        />
        <div>
          <p className="src-verdict-words" role="status">
            {trust.whole
              ? "Nothing is known to be missing"
              : answer.sources.length === 0
                ? "Nothing is read"
                : "Totals read “at least”"}
          </p>
          <p className="dim">
            <Reasons trust={trust} answer={answer} since={since} />
          </p>
        </div>
      </div>
      <Figure
        name="Counted loss"
        count={formatCount(trust.counted)}
        zero={trust.counted === 0}
        note={trust.counted === 0 ? "nothing let go" : "let go or not readable"}
      />
      <Figure
        name="Bounded loss"
        count={
          trust.atMost === 0n ? (
            "0"
          ) : (
            <>
              <small>≤</small>
              {formatCount(Number(trust.atMost))}
            </>
          )
        }
        zero={trust.atMost === 0n}
        note={trust.atMost === 0n ? "Hubble reports none" : "events of any kind, at most"}
      />
      <Figure
        name="Unknown, 24 h"
        count={trust.gaps === 0 ? (trust.unheard > 0 ? "?" : "0") : formatLength(trust.gapsMs)}
        zero={trust.gaps === 0 && trust.unheard === 0}
        note={unknownNote(trust)}
      />
      <Figure
        name="Nodes not observed"
        count={formatCount(trust.nodesMissing)}
        zero={trust.nodesMissing === 0}
        note={trust.nodes === 0 ? "no relay says" : `of ${formatCount(trust.nodes)}`}
      />
    </section>
  );
}

function unknownNote({ gaps, unheard }: Trust): string {
  const never = `${countOf(unheard, "source")} never heard`;
  if (gaps === 0) return unheard > 0 ? never : "no gap";
  return `in ${countOf(gaps, "gap")}${unheard > 0 ? `, ${never}` : ""}`;
}

function Figure({
  name,
  count,
  zero,
  note,
}: {
  name: string;
  count: ReactNode;
  zero: boolean;
  note: string;
}) {
  return (
    <div className={`src-figure ${zero ? "is-zero" : ""}`}>
      <p className="figure-name">{name}</p>
      <p>
        <b className="figure-count">{count}</b> <span className="figure-note">{note}</span>
      </p>
    </div>
  );
}

/** What stands in the way of trust beside the figures, the gravest first. */
function Reasons({ trust, answer, since }: { trust: Trust; answer: SourcesAnswer; since: string }) {
  if (answer.store.state !== "ok") return <FlowText text={answer.store.words} />;
  if (trust.unbalanced.length > 0) {
    return (
      <>
        The account of <Names ids={trust.unbalanced} /> does not add up.
      </>
    );
  }
  if (trust.down.length > 0) {
    return (
      <>
        <Names ids={trust.down} /> {trust.down.length === 1 ? "delivers" : "deliver"} nothing now.
      </>
    );
  }
  if (trust.behind.length > 0) {
    return (
      <>
        <Names ids={trust.behind} /> still {trust.behind.length === 1 ? "hands" : "hand"} over the
        past: more is to come.
      </>
    );
  }
  if (trust.failing.length > 0) {
    return (
      <>
        Checks failed for <Names ids={trust.failing} />.
      </>
    );
  }
  if (since === "") return "No source is configured.";
  return (
    <>
      Counted since the start, <Ago time={since} /> ago.
    </>
  );
}

const NAMED = 3;

function Names({ ids }: { ids: readonly string[] }) {
  return (
    <b>
      <FlowText text={ids.slice(0, NAMED).join(", ")} />
      {ids.length > NAMED && ` and ${ids.length - NAMED} more`}
    </b>
  );
}
