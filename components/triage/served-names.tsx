"use client";
/** What is remembered of one end's address: its names with source and age, and whom it is shared by. */
import { isShared, learntText, sharedText } from "@/components/triage/served-text";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { ValueMenu } from "@/components/values/value-menu";
import type { NameView, Served } from "@/lib/drops/view";

/** `either`: of what stands at both ends of drops. */
type Props = { side: "src" | "dst" | "either"; served: Served };

export function ServedNames({ side, served }: Props) {
  return (
    <div className="served">
      {!served.reported && (
        <p className="soft">
          Hubble gave no name for <FlowText text={served.address} />. Remembered:
        </p>
      )}
      {isShared(served) && (
        <p className="served-warning" role="note">
          <Icon name="warn" size={12} />
          <span>
            <FlowText text={sharedText(served)} />. {meaning(served)}
          </span>
        </p>
      )}
      {served.names.length > 0 && (
        <ul className="served-names">
          {served.names.map((one) => (
            <NameLine key={one.name} side={side} view={one} />
          ))}
          {served.more > 0 && <li className="dim">and {served.more} more</li>}
        </ul>
      )}
    </div>
  );
}

/** The same in short, under the head of a drop. */
export function ServedLine({ served }: { served: Served }) {
  const [first] = served.names;
  return (
    <>
      {!served.reported && first !== undefined && (
        <p className="served-line soft">
          <Icon name="history" size={12} label="Remembered name" />
          <b>
            <FlowText text={first.name} />
          </b>
          <span>
            seen <Ago time={first.lastSeen} before="Last seen " /> ago{" "}
            <FlowText text={learntText(first)} />
          </span>
        </p>
      )}
      {isShared(served) && (
        <p className="served-line">
          <Icon name="warn" size={12} className="shared-mark" />
          <FlowText text={sharedText(served)} />
        </p>
      )}
    </>
  );
}

function NameLine({ side, view }: { side: Props["side"]; view: NameView }) {
  return (
    <li>
      <ValueMenu
        field={side === "either" ? "fqdn" : `${side}.fqdn`}
        value={view.name}
        className="known-name"
      >
        <Icon name="history" size={11} className="soft" label="Remembered name" />
        <FlowText text={view.name} />
      </ValueMenu>{" "}
      <span className="dim">
        seen <Ago time={view.lastSeen} before="Last seen " /> ago{" "}
        <FlowText text={learntText(view)} />
        {view.ttl > 0 && `, good for ${view.ttl} s`}
      </span>
    </li>
  );
}

/** What it means for a rule that asks for a name. */
function meaning({ reported }: Served): string {
  return reported
    ? "A rule by name hides drops that Hubble names so; this address does not tell them apart."
    : "Nobody can tell which one this was, so a rule by name hides it only if it covers all of them.";
}
