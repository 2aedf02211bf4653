"use client";
/** The cells of a row that name something. Each value has its menu; the row stays one stop of Tab. */
import { CameBack, RuleMarks } from "@/components/expectations/rule-mark";
import { blockedBy, certaintyWord, tagText } from "@/components/triage/blocked-by";
import { PartyName } from "@/components/triage/party-name";
import { placeOf, portText, portWord } from "@/components/triage/party-text";
import { policyValue } from "@/components/triage/policy-value";
import { SECTIONS } from "@/components/triage/sections";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatCount, formatExact } from "@/components/ui/number-text";
import { PartyMenu } from "@/components/values/party-menu";
import { ValueMenu } from "@/components/values/value-menu";
import type { Group, PartyView } from "@/lib/drops/view";

export function StateCell({ group }: { group: Group }) {
  const section = SECTIONS.find((candidate) => candidate.state === group.state);
  return (
    <span className="cell-state" role="gridcell">
      <ValueMenu field="verdict" value={group.verdict} button="none" className="is-icon">
        <Icon
          name={section?.icon ?? "none"}
          className={`c-${group.state}`}
          label={section?.title ?? group.state}
        />
      </ValueMenu>
    </span>
  );
}

export function WhoCell({ group }: { group: Group }) {
  const { top } = group;
  return (
    <div className="cell-who" role="gridcell">
      <div className="first">
        <WhoToWhom group={group} />
        <CameBack group={group} />
      </div>
      <div className="second">
        <span className="cut">
          <Place side="src" party={top.source} /> → <Place side="dst" party={top.destination} />
          {" · "}
          <Manner group={group} />
        </span>
      </div>
    </div>
  );
}

/** The busiest source, destination and port, and how many more destinations there are. */
export function WhoToWhom({ group }: { group: Group }) {
  const { top } = group;
  return (
    <>
      <PartyMenu side="src" party={top.source} button="hover">
        <PartyName party={top.source} />
      </PartyMenu>
      <span className="arrow">→</span>
      <PartyMenu side="dst" party={top.destination} button="hover">
        <PartyName party={top.destination} />
      </PartyMenu>
      {top.port > 0 && (
        <ValueMenu field="port" value={String(top.port)} button="hover" className="is-port">
          <span className="port">{portText(top.protocol, top.port)}</span>
        </ValueMenu>
      )}
      {group.destinations > 1 && (
        <span className="more" title={`${formatExact(group.destinations)} destinations`}>
          +{formatCount(group.destinations - 1)}
        </span>
      )}
    </>
  );
}

function Place({ side, party }: { side: "src" | "dst"; party: PartyView }) {
  if (party.namespace === "") return <FlowText text={placeOf(party)} />;
  return (
    <ValueMenu field={`${side}.ns`} value={party.namespace} button="hover">
      <FlowText text={party.namespace} />
    </ValueMenu>
  );
}

/** Protocol, direction, how many ports, and the request of layer 7. */
export function Manner({ group }: { group: Group }) {
  const { top, direction } = group;
  const ports = group.ports > 1 ? `, ${countOf(group.ports, portWord(top.protocol))}` : "";
  return (
    <>
      <ValueMenu field="proto" value={top.protocol} button="hover">
        <FlowText text={top.protocol} />
      </ValueMenu>
      {direction !== "unknown" && (
        <>
          {" "}
          <ValueMenu field="direction" value={direction} button="hover">
            {direction}
          </ValueMenu>
        </>
      )}
      {ports}
      {top.l7 !== "" && (
        <>
          {" · "}
          <ValueMenu field="l7" value={top.l7} button="hover">
            <FlowText text={top.l7} />
          </ValueMenu>
        </>
      )}
    </>
  );
}

/** `reachable`: the row is the one that Tab reaches, and so are the marks in it. */
export function WhyCell({ group, reachable }: { group: Group; reachable: boolean }) {
  const { certainty } = group.attribution;
  const { text, more, full } = blockedBy(group);
  const blocker = blockerOf(group);
  return (
    <div className="cell-why" role="gridcell">
      <div className="first">
        <ValueMenu field="certainty" value={certainty} button="none" className="is-icon">
          <Icon
            name={certainty}
            size={12}
            className="soft"
            label={`Certainty: ${certaintyWord(certainty)}`}
          />
        </ValueMenu>
        <ValueMenu {...blocker} button="hover">
          <span className={certainty === "none" ? "cut is-unknown" : "cut"} title={full}>
            <FlowText text={text} />
          </span>
        </ValueMenu>
        {more > 0 && (
          <span className="more" title={full}>
            +{more}
          </span>
        )}
        <RuleMarks rules={group.rules} reachable={reachable} />
      </div>
    </div>
  );
}

/** What blocked it as a value of the query. */
function blockerOf({ attribution, reason }: Group) {
  const [policy] = attribution.policies;
  if (policy !== undefined) return { field: "policy" as const, value: policyValue(policy) };
  if (attribution.kind === "other" && reason !== null) {
    return { field: "reason" as const, value: reason.name, label: reason.text };
  }
  return { field: "attribution" as const, value: attribution.kind };
}

export function TagCell({ group }: { group: Group }) {
  const [first, ...others] = group.tags;
  if (group.attribution.kind === "other") {
    return (
      <div className="cell-tag" role="gridcell">
        <span className="tag is-code">
          <ValueMenu field="reason" value={group.reason?.name ?? ""} button="hover">
            <FlowText className="cut" text={group.reason?.name ?? "no reason"} />
          </ValueMenu>
        </span>
      </div>
    );
  }
  return (
    <div className="cell-tag" role="gridcell">
      {first === undefined ? (
        <ValueMenu field="tag.state" value={group.tagState} button="hover">
          <span className="tag-none cut">{tagText(group)}</span>
        </ValueMenu>
      ) : (
        <ValueMenu field="tag" value={first} button="hover" className="tag">
          <Icon name="tag" size={11} />
          <FlowText className="cut" text={first} />
        </ValueMenu>
      )}
      {others.length > 0 && <span className="more">+{others.length}</span>}
    </div>
  );
}
