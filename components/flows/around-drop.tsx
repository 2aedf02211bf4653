"use client";
/** From one drop to what was around it: in time, in its series, in its group. */
import type { FlowsUrl } from "@/components/flows/flows-url";
import { type ChangeFlows, flowsLink } from "@/components/flows/use-flows-url";
import { formatUrl } from "@/components/query/url-state";
import { CopyButton } from "@/components/ui/copy-button";
import type { DropRow } from "@/lib/drops/view";

const AROUND = [
  { text: "1 min", ms: 60_000 },
  { text: "5 min", ms: 300_000 },
  { text: "30 min", ms: 1_800_000 },
] as const;

type Props = { drop: DropRow; url: FlowsUrl; change: ChangeFlows };

export function AroundDrop({ drop, url, change }: Props) {
  const timeMs = Date.parse(drop.time);
  const span = (ms: number) => ({ fromMs: timeMs - ms, toMs: timeMs + ms });
  const group = formatUrl({
    capture: url.capture,
    q: url.q,
    range: url.range,
    span: url.span ?? span(1_800_000),
    paused: false,
    open: drop.group,
    drop: drop.uuid,
    by: "policy",
    sort: "attempts",
  });
  return (
    <div className="around">
      <fieldset className="segments">
        <legend className="sr-only">Around this drop</legend>
        <span className="dim" aria-hidden="true">
          ±
        </span>
        {AROUND.map(({ text, ms }) => (
          <button
            key={text}
            type="button"
            aria-label={`${text} around this drop`}
            title={`From ${text} before to ${text} after it`}
            onClick={() => change({ span: span(ms), paused: false }, "push")}
          >
            {text}
          </button>
        ))}
      </fieldset>
      <button
        type="button"
        className="btn"
        title="Every drop that agrees in all but time, pod instance, node and client port"
        onClick={() => change({ q: `series:${drop.series}` }, "push")}
      >
        Its series
      </button>
      <a className="btn" href={`/?${group}`}>
        Its group
      </a>
      <CopyButton
        label="Copy a link to this drop"
        className="btn quiet icon"
        text={() => flowsLink({ ...url, q: "", open: drop.uuid }, url.span ?? span(300_000))}
      />
    </div>
  );
}
