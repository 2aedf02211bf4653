"use client";
/** Everything about one source: how it is doing, where its flows went, what is missing, preflight. */
import { SOURCE_KIND_TEXT } from "@/components/shell/coverage-text";
import { CertificatesBlock } from "@/components/sources/certificates-block";
import { GapsBlock } from "@/components/sources/gaps-block";
import { LossesBlock } from "@/components/sources/losses-block";
import { NodesBlock } from "@/components/sources/nodes-block";
import { OutcomesBlock } from "@/components/sources/outcomes-block";
import { PairingBlock } from "@/components/sources/pairing-block";
import { PreflightBlock } from "@/components/sources/preflight-block";
import { ProblemsBlock } from "@/components/sources/problems-block";
import { SourceFigures } from "@/components/sources/source-figures";
import {
  STANDING_CLASS,
  STANDING_ICON,
  standingOf,
  stateWords,
} from "@/components/sources/source-words";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import type { SourceReport } from "@/lib/drops/source-report";

export function SourceDetails({ source, nowMs }: { source: SourceReport; nowMs: number }) {
  const standing = standingOf(source);
  const words = source.trouble || source.message;
  return (
    <>
      <header className="src-head">
        <h2>
          <Icon name={STANDING_ICON[standing]} size={16} className={STANDING_CLASS[standing]} />
          <FlowText text={source.id} />
          <span className="src-head-state">
            {stateWords(source)} for <Ago time={source.since} before="Since " />
          </span>
        </h2>
        <p className="soft">
          {SOURCE_KIND_TEXT[source.kind]}{" "}
          <span className="mono">
            <FlowText text={source.address} />
          </span>
          {source.readBy !== undefined && (
            <>
              , read by replica <FlowText text={source.readBy} />
            </>
          )}
        </p>
        {words !== "" && (
          <p className={standing === "fine" ? "src-words soft" : "src-words"}>
            <FlowText text={words} />
          </p>
        )}
      </header>
      <SourceFigures source={source} />
      <div className="src-columns">
        <div>
          <OutcomesBlock source={source} />
          <PairingBlock source={source} />
          <GapsBlock source={source} nowMs={nowMs} />
          <LossesBlock source={source} />
          <NodesBlock source={source} />
        </div>
        <div>
          <PreflightBlock source={source} nowMs={nowMs} />
          <CertificatesBlock source={source} nowMs={nowMs} />
          <ProblemsBlock source={source} />
        </div>
      </div>
    </>
  );
}
