"use client";
/** The groups a draft hides. What it was not made from comes first, and each is confirmed by itself. */
import { blockedBy } from "@/components/triage/blocked-by";
import { fullName, withPort } from "@/components/triage/party-text";
import { SECTIONS } from "@/components/triage/sections";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatExact } from "@/components/ui/number-text";
import type { Preview, PreviewGroup } from "@/lib/expectations/view";

/** Stands for extra groups that are not listed. */
export const THE_REST = "the rest";

/** What has to be confirmed before the draft can be saved. */
export function toConfirm(preview: Preview): string[] {
  const extra = preview.groups.filter((one) => one.extra).map(({ group }) => group.id);
  const rest = preview.groupCount - preview.groups.length;
  return rest > 0 && extra.length === preview.groups.length ? [...extra, THE_REST] : extra;
}

type Props = {
  preview: Preview;
  confirmed: ReadonlySet<string>;
  onConfirm: (groupId: string) => void;
};

export function PreviewGroups({ preview, confirmed, onConfirm }: Props) {
  const extra = preview.groups.filter((one) => one.extra);
  const own = preview.groups.filter((one) => !one.extra);
  const rest = preview.groupCount - preview.groups.length;
  const restIsExtra = toConfirm(preview).includes(THE_REST);
  return (
    <>
      {extra.length > 0 && (
        <section className="preview-extra" aria-label="Also hidden">
          <h3>
            <Icon name="warn" className="c-audit" />
            Also hides {countOf(extra.length + (restIsExtra ? rest : 0), "group")} you did not
            choose
          </h3>
          <ul>
            {extra.map((one) => (
              <li key={one.group.id}>
                <GroupLine one={one} />
                <Confirm
                  id={one.group.id}
                  text="Yes, this is expected too"
                  of={`${fullName(one.group.top.source)} to ${fullName(one.group.top.destination)}`}
                  confirmed={confirmed}
                  onConfirm={onConfirm}
                />
              </li>
            ))}
            {restIsExtra && (
              <li>
                <Confirm
                  id={THE_REST}
                  text={`Yes, and ${countOf(rest, "more group")} that are not listed`}
                  of=""
                  confirmed={confirmed}
                  onConfirm={onConfirm}
                />
              </li>
            )}
          </ul>
        </section>
      )}
      {own.length > 0 && (
        <ul className="preview-own" aria-label="Hidden groups">
          {own.map((one) => (
            <li key={one.group.id}>
              <GroupLine one={one} />
            </li>
          ))}
        </ul>
      )}
      {rest > 0 && !restIsExtra && (
        <p className="dim">{countOf(rest, "more group")} beyond these.</p>
      )}
    </>
  );
}

function GroupLine({ one }: { one: PreviewGroup }) {
  const { group, hides, drops, attempts } = one;
  const section = SECTIONS.find((candidate) => candidate.state === group.state);
  return (
    <div className="preview-group">
      <Icon
        name={section?.icon ?? "none"}
        className={`c-${group.state}`}
        label={section?.title ?? group.state}
      />
      <div className="grow">
        <p className="preview-who">
          <FlowText
            text={`${fullName(group.top.source)} → ${withPort(group.top.destination, group.top.protocol, group.top.port)}`}
          />
        </p>
        <p className="dim">
          <FlowText text={[blockedBy(group).text, ...group.tags].join(" · ")} /> ·{" "}
          {hides === "whole" ? "hidden wholly" : "hidden in part"}
        </p>
      </div>
      <b className="num" title={`${formatExact(drops)} drops`}>
        {formatExact(attempts)}
      </b>
    </div>
  );
}

type ConfirmProps = {
  id: string;
  text: string;
  /** What it is about, for who cannot see that it stands beneath it. */
  of: string;
  confirmed: ReadonlySet<string>;
  onConfirm: (groupId: string) => void;
};

function Confirm({ id, text, of, confirmed, onConfirm }: ConfirmProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={confirmed.has(id)} onChange={() => onConfirm(id)} />
      <span>
        {text}
        {of !== "" && (
          <span className="sr-only">
            : <FlowText text={of} />
          </span>
        )}
      </span>
    </label>
  );
}
