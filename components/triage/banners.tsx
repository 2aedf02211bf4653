"use client";
/** What is wrong at the moment, above everything it concerns: what still works, and what to do. */
import { CaptureBanner } from "@/components/captures/capture-banner";
import { ExpectationProblems } from "@/components/expectations/expectation-problems";
import type { ShownView } from "@/components/live/use-view";
import { SOURCE_STATE_TEXT } from "@/components/shell/coverage-text";
import { OutdatedBanner, ReloadButton } from "@/components/shell/outdated-banner";
import { StoreBanner } from "@/components/shell/store-banner";
import { Banner } from "@/components/ui/banner";
import { FlowText } from "@/components/ui/flow-text";
import { countOf } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatClock } from "@/components/ui/time-text";
import { isReadToEnd } from "@/lib/drops/reading";

export function Banners({ shown, problems }: { shown: ShownView; problems: readonly string[] }) {
  return (
    <>
      <CaptureBanner />
      {problems.length > 0 && (
        <Banner title="Part of the link was left out.">{problems.join("; ")}.</Banner>
      )}
      <StreamBanner shown={shown} />
      <WayBanner shown={shown} />
      {shown.isOutdated && <OutdatedBanner />}
      <StoreBanner />
      <ExpectationProblems />
      {shown.status !== "lost" && <SourceBanner shown={shown} />}
      {shown.skipped > 0 && (
        <Banner title={`This page fell behind; ${countOf(shown.skipped, "update")} skipped.`}>
          Groups and totals are right again. Nothing is lost in the store.
        </Banner>
      )}
    </>
  );
}

/** The page is live, but not by a stream. */
function WayBanner({ shown: { status, way } }: { shown: ShownView }) {
  if (way.by === "stream" || (status !== "live" && status !== "paused")) return null;
  if (way.because === "held-back") {
    return (
      <Banner title="A proxy seems to buffer the stream.">
        This page asks every two seconds instead. Turn off buffering of /api/live in the proxy
        (nginx: proxy_buffering off).
      </Banner>
    );
  }
  return (
    <Banner title="Other tabs hold this browser's streams.">
      This page asks every two seconds instead, and takes over when one of them closes. Over HTTP/2
      every tab has its own.
    </Banner>
  );
}

/** Between this page and Droplens. */
function StreamBanner({ shown }: { shown: ShownView }) {
  const { zone } = usePreferences();
  const again = (
    <button type="button" className="btn" onClick={shown.retry}>
      Try now
    </button>
  );
  if (shown.status === "past" && shown.problem !== null) {
    return (
      <Banner title="This range could not be read." action={again}>
        {shown.problem}
      </Banner>
    );
  }
  if (shown.status !== "lost") return null;
  const since =
    shown.lostSinceMs === null ? "" : ` since ${formatClock(shown.lostSinceMs, zone, true)}`;
  return (
    <Banner
      title={`No live stream from Droplens${since}.`}
      action={shown.needsReload ? <ReloadButton /> : again}
    >
      {shown.problem ?? "The page tries again by itself."}
      {shown.view !== null && " Shown: what had arrived until then."}
    </Banner>
  );
}

/** Between Droplens and its sources. The page without any rows has more room to say it. */
function SourceBanner({ shown }: { shown: ShownView }) {
  const { zone } = usePreferences();
  const view = shown.view;
  if (view === null || view.unfilteredGroups === 0) return null;
  const down = view.coverage.sources.filter(
    (source) =>
      !isReadToEnd(source) &&
      (source.state === "disconnected" || source.state === "failed" || source.state === "silent"),
  );
  const [first, ...others] = down;
  if (first === undefined) return null;
  const since = Date.parse(first.since);
  const when = Number.isNaN(since) ? "" : ` since ${formatClock(since, zone, true)}`;
  return (
    <Banner
      title={`${first.id}: ${SOURCE_STATE_TEXT[first.state]}${when}${others.length > 0 ? `, and ${others.length} more` : ""}.`}
      action={
        <button type="button" className="btn" popoverTarget="sources">
          Sources
        </button>
      }
    >
      <FlowText text={first.message} /> Droplens tries again by itself. Shown: what was stored. Time
      without a source is a gap, not a zero.
    </Banner>
  );
}
