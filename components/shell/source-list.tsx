"use client";
/** Each source with its state, what is wrong and what to try, its nodes and its lag. */
import { SOURCE_KIND_TEXT, SOURCE_STATE_TEXT } from "@/components/shell/coverage-text";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { formatCount } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatLength, formatSpan } from "@/components/ui/time-text";
import { isReadToEnd, isUp } from "@/lib/drops/reading";
import type { Coverage, SourceSummary } from "@/lib/drops/view";

export function SourceList({ coverage }: { coverage: Coverage }) {
  return (
    <>
      <h2 className="popover-title">Sources</h2>
      {coverage.sources.length === 0 && <p className="soft">No source is configured.</p>}
      <ul className="source-list">
        {coverage.sources.map((source) => (
          <SourceItem key={source.id} source={source} />
        ))}
      </ul>
      <CoverageNotes coverage={coverage} />
      <p className="coverage-more">
        <a href="/sources">Outcomes, nodes, checks</a> <kbd>g</kbd> <kbd>s</kbd>
      </p>
    </>
  );
}

function SourceItem({ source }: { source: SourceSummary }) {
  const fine = isUp(source);
  const nodes = source.nodesConnected + source.nodesUnavailable;
  return (
    <li>
      <Icon name={fine ? "ok" : "warn"} className={fine ? "c-ok" : "c-audit"} />
      <div>
        <p>
          <b>
            <FlowText text={source.id} />
          </b>{" "}
          <span className="dim">{SOURCE_KIND_TEXT[source.kind]}</span>
        </p>
        <p className="mono soft">
          <FlowText text={source.address} />
        </p>
        {source.message !== "" && (
          <p className="source-message">
            <FlowText text={source.message} />
          </p>
        )}
      </div>
      <div className="num soft">
        <p>
          {isReadToEnd(source) ? "read to its end" : SOURCE_STATE_TEXT[source.state]}{" "}
          <span className="dim">for</span> <Ago time={source.since} before="Since " />
        </p>
        {nodes > 0 && (
          <p>
            {formatCount(source.nodesConnected)} of {formatCount(nodes)} nodes
          </p>
        )}
        {source.lagMs !== null && <p>{formatLength(source.lagMs)} behind</p>}
      </div>
    </li>
  );
}

function CoverageNotes({ coverage }: { coverage: Coverage }) {
  const { zone } = usePreferences();
  const gaps = coverage.gaps.slice(-6).map((gap) => {
    const when = formatSpan(gap.fromMs, gap.toMs, zone);
    return gap.refilled ? `${when} (filled in later)` : when;
  });
  const more = coverage.gaps.length - gaps.length;
  return (
    <dl className="kv coverage-notes">
      <dt>Lost</dt>
      <dd>
        {coverage.lostAtMost === 0
          ? "nothing, as far as Hubble says"
          : `at most ${formatCount(coverage.lostAtMost)} events of any verdict, as Hubble counts`}
      </dd>
      <dt>Gaps</dt>
      <dd>
        {gaps.length === 0
          ? "none in this range"
          : `no data ${gaps.join(", ")}${more > 0 ? ` and ${more} earlier` : ""}`}
      </dd>
    </dl>
  );
}
