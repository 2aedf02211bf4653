"use client";
/** What the draft would hide, before it is saved: figures, timeline, groups, the extra ones on top. */
import { PreviewGroups } from "@/components/expectations/preview-groups";
import { PreviewTimeline } from "@/components/expectations/preview-timeline";
import type { ShownPreview } from "@/components/expectations/use-preview";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatExact } from "@/components/ui/number-text";
import type { Preview } from "@/lib/expectations/view";

type Props = {
  shown: ShownPreview;
  readable: boolean;
  trial: boolean;
  confirmed: ReadonlySet<string>;
  onConfirm: (groupId: string) => void;
};

export function PreviewPane({ shown, readable, trial, confirmed, onConfirm }: Props) {
  const { preview, stale, problem, retry } = shown;
  return (
    <section
      className={stale ? "preview is-stale" : "preview"}
      aria-label="Preview"
      aria-busy={stale}
    >
      {!readable && <p className="dim">The preview waits until the query can be read.</p>}
      {problem !== null && (
        <div className="sheet-failed" role="alert">
          <p>
            <b>What it would hide could not be counted.</b> {problem}
          </p>
          <button type="button" className="btn" onClick={retry}>
            Try again
          </button>
        </div>
      )}
      {preview === null ? (
        readable && problem === null && <p className="dim">Counting what it would hide…</p>
      ) : (
        <>
          <Figures preview={preview} trial={trial} />
          <PreviewTimeline preview={preview} />
          <Words preview={preview} />
          <PreviewGroups preview={preview} confirmed={confirmed} onConfirm={onConfirm} />
          <Overlaps preview={preview} />
        </>
      )}
    </section>
  );
}

function Figures({ preview, trial }: { preview: Preview; trial: boolean }) {
  const { day, week, groupCount } = preview;
  return (
    <div className="preview-figures" role="status">
      <p>
        <b className="preview-big">{formatExact(day.attempts)}</b>{" "}
        <span>
          {day.attempts === 1 ? "attempt" : "attempts"} {trial ? "would be hidden" : "hidden"}, last
          24 h
        </span>
      </p>
      <p className="dim">
        {countOf(day.drops, "drop")} · {countOf(day.series, "series", "series")} in{" "}
        {countOf(groupCount, "group")}
        {week === null
          ? " · the store holds less than 7 days"
          : ` · last 7 days: ${countOf(week.attempts, "attempt")}, ${countOf(week.drops, "drop")}`}
      </p>
    </div>
  );
}

function Words({ preview }: { preview: Preview }) {
  const { refused, warnings, day } = preview;
  return (
    <>
      {refused !== null && (
        <p className="preview-note is-refused" role="alert">
          <Icon name="warn" className="c-dropped" />
          <span>
            <b>It cannot be saved so:</b> {refused}
          </span>
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="preview-note">
          <Icon name="warn" className="c-audit" />
          <FlowText text={warning} />
        </p>
      ))}
      {refused === null && day.drops === 0 && (
        <p className="preview-note">
          <Icon name="none" className="soft" />
          <span>Nothing stored in the last 24 hours matches. It waits for what comes.</span>
        </p>
      )}
    </>
  );
}

function Overlaps({ preview }: { preview: Preview }) {
  if (preview.overlaps.length === 0) return null;
  return (
    <div className="preview-overlaps">
      <h3>Hidden already in part by others</h3>
      <ul>
        {preview.overlaps.map(({ id, query, reason, drops }) => (
          <li key={id}>
            <a href={`/expected?open=${encodeURIComponent(id)}`}>
              <FlowText text={reason} />
            </a>
            <span className="dim mono cut">
              <FlowText text={query} />
            </span>
            <span className="num">{countOf(drops, "drop")}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
