"use client";
/** Why a drop was made, and what is known of it besides its ends. */
import { type Asked, askedOf } from "@/components/flows/asked-of";
import {
  attributionText,
  CERTAINTY_TEXT,
  certaintyWord,
  policyName,
  TAG_STATE_TEXT,
  tagText,
} from "@/components/triage/blocked-by";
import { policyValue } from "@/components/triage/policy-value";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { ValueMenu } from "@/components/values/value-menu";
import type { DropRow } from "@/lib/drops/view";

const POLICIES_SHOWN = 5;

export function DropFacts({ drop }: { drop: DropRow }) {
  return (
    <>
      <section className="block">
        <h3>Why</h3>
        <dl className="kv">
          <BlockedBy drop={drop} />
          <Reason drop={drop} />
          <Tags drop={drop} />
        </dl>
      </section>
      <section className="block">
        <h3>Packet</h3>
        <dl className="kv">
          <Fact
            name="Protocol"
            text={[drop.protocol, ...drop.tcpFlags].join(" ")}
            asked={askedOf(drop, "proto")}
          />
          <Fact name="L7" text={drop.l7} asked={askedOf(drop, "l7")} />
          <Fact
            name="Attempt"
            text={drop.attempt === 1 ? "begins one" : "retry of an earlier one"}
          />
          <Fact name="Stands for" text={drop.count === 1 ? "" : `${drop.count} packets`} />
          <Fact name="Source pod" text={drop.sourcePod} asked={askedOf(drop, "src.pod")} />
          <Fact name="Dest. pod" text={drop.destinationPod} asked={askedOf(drop, "dst.pod")} />
          <Fact name="Node" text={drop.node} asked={askedOf(drop, "node")} />
          <Fact name="Cluster" text={drop.cluster} asked={askedOf(drop, "cluster")} />
          <Fact name="Had from" text={drop.origin} asked={askedOf(drop, "source")} />
        </dl>
      </section>
    </>
  );
}

/** Left out where there is nothing to say. */
function Fact({ name, text, asked }: { name: string; text: string; asked?: Asked | null }) {
  if (text === "") return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {asked ? (
          <ValueMenu field={asked.field} value={asked.value} label={text}>
            <FlowText text={text} />
          </ValueMenu>
        ) : (
          <FlowText text={text} />
        )}
      </dd>
    </>
  );
}

function BlockedBy({ drop: { attribution, direction } }: { drop: DropRow }) {
  const { policies, certainty } = attribution;
  return (
    <>
      <dt>Blocked by</dt>
      <dd>
        {policies.length === 0 && <FlowText text={attributionText(attribution, direction)} />}
        {policies.slice(0, POLICIES_SHOWN).map((policy) => (
          <p key={`${policy.kind} ${policyName(policy)}`}>
            <ValueMenu field="policy" value={policyValue(policy)} label={policyName(policy)}>
              <b>
                <FlowText text={policyName(policy)} />
              </b>
            </ValueMenu>{" "}
            <span className="dim">
              <FlowText text={policy.kind} />, {direction}
            </span>
          </p>
        ))}
        {policies.length > POLICIES_SHOWN && (
          <p className="dim">and {policies.length - POLICIES_SHOWN} more</p>
        )}
      </dd>
      <dt>Certainty</dt>
      <dd>
        <span className="certainty">
          <Icon name={certainty} size={12} />
          {certaintyWord(certainty)}
        </span>{" "}
        <span className="soft">{CERTAINTY_TEXT[certainty]}</span>
      </dd>
    </>
  );
}

function Reason({ drop: { reason, verdict } }: { drop: DropRow }) {
  return (
    <>
      <dt>Reason</dt>
      <dd>
        {reason !== null ? (
          <>
            {reason.text}{" "}
            <ValueMenu field="reason" value={reason.name} label={reason.text}>
              <code className="dim">
                {reason.name} {reason.code}
              </code>
            </ValueMenu>
          </>
        ) : verdict === "AUDIT" ? (
          "would be denied by policy; audit mode gives no drop reason"
        ) : (
          "none given"
        )}
      </dd>
    </>
  );
}

function Tags({ drop }: { drop: DropRow }) {
  if (drop.attribution.kind !== "policy" && drop.tags.length === 0) return null;
  return (
    <>
      <dt>Tag</dt>
      <dd>
        {drop.tags.length === 0 && tagText(drop)}
        {drop.tags.map((tag) => (
          <ValueMenu key={tag} field="tag" value={tag} className="tag is-boxed">
            <Icon name="tag" size={11} />
            <FlowText text={tag} />
          </ValueMenu>
        ))}{" "}
        <span className="dim">{TAG_STATE_TEXT[drop.tagState]}</span>
      </dd>
    </>
  );
}
