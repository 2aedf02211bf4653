"use client";
/** What one packet was, value by value, each with its menu. */
import type { ReactNode } from "react";
import { ValueMenu } from "@/components/values/value-menu";
import type { DropRow } from "@/lib/drops/view";
import type { FieldName } from "@/lib/query/query";

export function DropValues({ drop }: { drop: DropRow }) {
  return (
    <section className="block">
      <h3>
        This drop
        <span className="block-note">each value has a menu to filter by it</span>
      </h3>
      <dl className="kv drop-values">
        <Fact name="From">
          <Values field="src.ns" value={drop.source.namespace} />
          <Values field="src.pod" value={drop.sourcePod} />
          <Values field="src.ip" value={drop.sourceIp} />
          <Identity side="src" identity={drop.sourceIdentity} />
        </Fact>
        <Fact name="To">
          <Values field="dst.ns" value={drop.destination.namespace} />
          <Values field="dst.pod" value={drop.destinationPod} />
          <Values field="dst.ip" value={drop.destinationIp} />
          <Identity side="dst" identity={drop.destinationIdentity} />
        </Fact>
        <Fact name="Packet">
          <Values field="proto" value={drop.protocol} />
          {drop.port > 0 && (
            <ValueMenu field="port" value={String(drop.port)} label={`port ${drop.port}`} />
          )}
          <Values field="l7" value={drop.l7} />
          <Values field="direction" value={drop.direction} />
          <Values field="verdict" value={drop.verdict} />
        </Fact>
        <Fact name="Seen by">
          <Values field="node" value={drop.node} />
          <Values field="cluster" value={drop.cluster} />
          <Values field="source" value={drop.origin} />
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** Left out where there is nothing to say. */
function Values({ field, value }: { field: FieldName; value: string }) {
  return value === "" ? null : <ValueMenu field={field} value={value} />;
}

function Identity({ side, identity }: { side: "src" | "dst"; identity: number }) {
  if (identity === 0) return null;
  return (
    <ValueMenu field={`${side}.identity`} value={String(identity)} label={`identity ${identity}`} />
  );
}
