"use client";
/**
 * Sources: can what is shown be trusted? What is missing over all sources stands above, the sources
 * and the store on the left, and everything about one of them beside. The address says which.
 */
import { useRef } from "react";
import { HelpDialog, toggleHelp } from "@/components/shell/help-dialog";
import { OutdatedBanner } from "@/components/shell/outdated-banner";
import { GO_KEYS } from "@/components/shell/screens";
import { nextTheme } from "@/components/shell/theme-switch";
import { TopBar } from "@/components/shell/top-bar";
import { SourceDetails } from "@/components/sources/source-details";
import { SourceRows } from "@/components/sources/source-rows";
import { StoreBox } from "@/components/sources/store-box";
import { TrustStrip } from "@/components/sources/trust-strip";
import { openSource, useSourceUrl } from "@/components/sources/use-source-url";
import { useSources } from "@/components/sources/use-sources";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { NotRead } from "@/components/ui/not-read";
import { usePreferences } from "@/components/ui/preferences";
import { StaleBanner } from "@/components/ui/stale-banner";
import { useHotkeys } from "@/components/ui/use-hotkeys";
import { WaitingRows } from "@/components/ui/waiting-rows";
import type { SourcesAnswer } from "@/lib/drops/source-report";

export function SourcesScreen() {
  const { theme } = usePreferences();
  const asked = useSourceUrl();
  const { data, error, isPending, refetch } = useSources();
  const list = useRef<HTMLElement>(null);
  const details = useRef<HTMLElement>(null);

  const sources = data?.sources ?? [];
  const shown = asked ?? sources[0]?.id ?? null;
  const move = (step: 1 | -1) => {
    const at = sources.findIndex(({ id }) => id === shown);
    const next = sources[Math.min(sources.length - 1, Math.max(0, at + step))];
    if (next === undefined) return;
    openSource(next.id);
    const links = list.current?.querySelectorAll<HTMLElement>("a") ?? [];
    links[sources.indexOf(next)]?.focus();
  };
  const enter = () => details.current?.focus();

  useHotkeys({
    "?": () => toggleHelp(),
    t: () => nextTheme(theme),
    ...GO_KEYS,
    j: () => move(1),
    k: () => move(-1),
    arrowdown: () => move(1),
    arrowup: () => move(-1),
    o: enter,
    enter,
  });

  return (
    <div className="app src-app">
      <TopBar title="Sources" />
      <div className="src-page">
        {data === undefined ? <div /> : <TrustStrip answer={data} />}
        <div>
          {data?.isOutdated === true && <OutdatedBanner />}
          {error !== null && data !== undefined && (
            <StaleBanner at={data.at} words={error.message} />
          )}
        </div>
        {isPending ? (
          <WaitingRows what="Asking for the sources" rows={10} />
        ) : data === undefined ? (
          <NotRead title="The sources could not be asked for" retry={() => void refetch()}>
            {error?.message ?? ""} Whether drops are missing meanwhile cannot be told here.
          </NotRead>
        ) : (
          <div className="src-body">
            <aside ref={list} className="src-side" aria-label="Sources and store">
              <SourceRows sources={data.sources} shown={shown} nowMs={Date.parse(data.at)} />
              <StoreBox answer={data} />
            </aside>
            <main ref={details} className="src-main" tabIndex={-1} aria-label="Source" data-scrolls>
              <Shown answer={data} id={shown} />
            </main>
          </div>
        )}
      </div>
      <HelpDialog />
    </div>
  );
}

function Shown({ answer, id }: { answer: SourcesAnswer; id: string | null }) {
  const source = answer.sources.find((one) => one.id === id);
  if (source !== undefined) {
    // What was unfolded and scrolled is of one source.
    return <SourceDetails key={source.id} source={source} nowMs={Date.parse(answer.at)} />;
  }
  if (id === null) return <NoSources />;
  return (
    <div className="empty">
      <Icon name="none" size={30} className="dim" />
      <h2>
        There is no source <FlowText text={id} />
      </h2>
      <p>It may have been taken out of the configuration. Choose another one of the list.</p>
    </div>
  );
}

function NoSources() {
  return (
    <div className="empty">
      <Icon name="plug" size={30} className="dim" />
      <h2>No source is configured</h2>
      <p>
        Droplens reads Hubble Relay, exporter files and pushed lines. Set HUBBLE_SERVER for one
        relay, or name several sources in the file of DROPLENS_CONFIG, and start again.
      </p>
    </div>
  );
}
