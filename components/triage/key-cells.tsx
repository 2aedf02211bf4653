"use client";
/**
 * The cells of a row that stands for something else than a policy's group: what it stands for, and
 * who is mostly in it.
 */
import { CameBack } from "@/components/expectations/rule-mark";
import { Manner, WhoToWhom } from "@/components/triage/group-cells";
import { ServedHint } from "@/components/triage/party-name";
import { fullName, withPort } from "@/components/triage/party-text";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf } from "@/components/ui/number-text";
import { PartyMenu } from "@/components/values/party-menu";
import { ValueMenu } from "@/components/values/value-menu";
import type { Group, PartyView } from "@/lib/drops/view";

export function KeyCell({ group }: { group: Group }) {
  return (
    <div className="cell-who" role="gridcell" title={group.key.text}>
      <div className="first">
        <Key group={group} />
        <CameBack group={group} />
      </div>
      <div className="second">
        <span className="cut">
          <Mostly group={group} />
        </span>
      </div>
    </div>
  );
}

/** The row's own value, with its menu where the language has a term for it. */
function Key({ group }: { group: Group }) {
  const { key, top, tags } = group;
  const text = <FlowText className="party" text={key.text} />;
  switch (key.by) {
    case "tag": {
      const [first] = tags;
      if (first === undefined) {
        return (
          <ValueMenu field="tag.state" value={group.tagState} button="hover">
            {text}
          </ValueMenu>
        );
      }
      return (
        <>
          <Icon name="tag" size={12} className="dim" />
          {tags.map((tag) => (
            <ValueMenu key={tag} field="tag" value={tag} button="hover">
              <FlowText className="party" text={tag} />
            </ValueMenu>
          ))}
        </>
      );
    }
    case "source":
      return (
        <>
          <PartyMenu side="src" party={top.source} button="hover">
            {text}
          </PartyMenu>
          <Hint party={top.source} />
        </>
      );
    case "destination":
      return (
        <>
          <PartyMenu side="dst" party={top.destination} button="hover">
            {text}
          </PartyMenu>
          <Hint party={top.destination} />
        </>
      );
    case "pair":
      return (
        <>
          <PartyMenu side="src" party={top.source} button="hover">
            <FlowText className="party" text={fullName(top.source)} />
          </PartyMenu>
          <span className="arrow">→</span>
          <PartyMenu side="dst" party={top.destination} button="hover">
            <FlowText className="party" text={fullName(top.destination)} />
          </PartyMenu>
          <Hint party={top.destination} />
        </>
      );
    case "reason":
      return (
        <ValueMenu field="reason" value={group.reason?.name ?? ""} label={key.text} button="hover">
          {text}
        </ValueMenu>
      );
    case "namespace":
      return <NamespaceKey text={key.text} />;
    case "policy":
      return text;
  }
}

/** What is remembered of the address that a row stands for. */
function Hint({ party: { served } }: { party: PartyView }) {
  return served === undefined ? null : <ServedHint served={served} />;
}

/** `(none)` is how the grouping calls the drops of no namespace; no namespace can be called so. */
function NamespaceKey({ text }: { text: string }) {
  const none = text === "(none)";
  return (
    <ValueMenu field={none ? "src.ns" : "ns"} value={none ? "" : text} button="hover">
      <FlowText className="party" text={text} />
    </ValueMenu>
  );
}

function Mostly({ group }: { group: Group }) {
  const { key, top } = group;
  const to = withPort(top.destination, top.protocol, top.port);
  switch (key.by) {
    case "pair":
      return (
        <>
          <Manner group={group} />, mostly {top.port > 0 ? `port ${top.port}` : "no port"}
        </>
      );
    case "source":
      return (
        <>
          mostly → <FlowText text={to} />
        </>
      );
    case "destination":
      return (
        <>
          mostly from <FlowText text={fullName(top.source)} />
        </>
      );
    case "tag":
      return countOf(group.series, "series", "series");
    default:
      return (
        <>
          mostly <FlowText text={fullName(top.source)} /> → <FlowText text={to} />
        </>
      );
  }
}

/** Who is mostly in it, where the tag column would only say the row's own tag again. */
export function MostlyCell({ group }: { group: Group }) {
  return (
    <div className="cell-tag is-mostly" role="gridcell">
      <WhoToWhom group={group} />
    </div>
  );
}
