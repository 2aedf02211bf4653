"use client";
/**
 * One end of a group by its name: an address in fixed width, everything as flow text. A name that
 * is only remembered of the address is marked as such, and so is an address that served several.
 */
import { isAddress } from "@/components/triage/party-text";
import { isShared, learntText, rememberedName, sharedText } from "@/components/triage/served-text";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { usePreferences } from "@/components/ui/preferences";
import { formatStamp } from "@/components/ui/time-text";
import type { PartyView, Served } from "@/lib/drops/view";
import { visibleText } from "@/lib/drops/visible-text";

export function PartyName({ party }: { party: PartyView }) {
  const { served } = party;
  const name = party.name === "" ? "unknown" : party.name;
  const given = (
    <FlowText text={name} className={isAddress(party) ? "party is-address" : "party"} />
  );
  if (served === undefined) return given;
  return (
    <span className="party-served">
      {rememberedName(served) === null && given}
      <ServedHint served={served} />
    </span>
  );
}

/** The remembered name, if no flow gave one, and the mark of an address that served several. */
export function ServedHint({ served }: { served: Served }) {
  const remembered = rememberedName(served);
  return (
    <>
      {remembered !== null && <RememberedName name={remembered} served={served} />}
      {isShared(served) && <SharedMark served={served} />}
    </>
  );
}

/** The address is told on hover, with where the name is from. */
function RememberedName({ name, served }: { name: string; served: Served }) {
  const { zone } = usePreferences();
  const [first] = served.names;
  const seen = first === undefined ? "" : formatStamp(Date.parse(first.lastSeen), zone);
  const from = first === undefined ? "" : learntText(first);
  const title = `Remembered, not reported: ${served.address} was ${name} ${from}, last seen ${seen}`;
  return (
    <span className="party is-remembered" title={visibleText(title)}>
      <Icon name="history" size={11} className="soft" label="Remembered name" />
      <bdi className="cut">{visibleText(name)}</bdi>
    </span>
  );
}

function SharedMark({ served }: { served: Served }) {
  return (
    <Icon name="warn" size={11} className="shared-mark" label={visibleText(sharedText(served))} />
  );
}
