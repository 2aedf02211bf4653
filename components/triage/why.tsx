"use client";
/** Why it was dropped: what blocked it, how sure that is, the reason with its code, the tags. */
import {
  attributionText,
  CERTAINTY_TEXT,
  certaintyWord,
  policyName,
  TAG_STATE_TEXT,
  tagText,
} from "@/components/triage/blocked-by";
import { policyValue } from "@/components/triage/policy-value";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { ValueMenu } from "@/components/values/value-menu";
import type { Group } from "@/lib/drops/view";

export function Why({ group }: { group: Group }) {
  const { attribution, reason } = group;
  return (
    <section className="block">
      <h3>
        Why
        {group.key.by !== "policy" && (
          <span className="block-note">of its busiest series; others may differ</span>
        )}
      </h3>
      <dl className="kv">
        <dt>Blocked by</dt>
        <dd>
          {attribution.policies.length === 0 && (
            <ValueMenu field="attribution" value={attribution.kind}>
              <FlowText text={attributionText(attribution, group.direction)} />
            </ValueMenu>
          )}
          {attribution.policies.slice(0, 5).map((policy) => (
            <p key={`${policy.kind} ${policyName(policy)}`}>
              <ValueMenu field="policy" value={policyValue(policy)}>
                <b>
                  <FlowText text={policyName(policy)} />
                </b>
              </ValueMenu>{" "}
              <span className="dim">
                <ValueMenu field="policy.kind" value={policy.kind} />
              </span>
            </p>
          ))}
          {attribution.policies.length > 5 && (
            <p className="dim">and {attribution.policies.length - 5} more</p>
          )}
        </dd>
        <dt>Certainty</dt>
        <dd>
          <span className="certainty">
            <Icon name={attribution.certainty} size={12} />
            <ValueMenu field="certainty" value={attribution.certainty}>
              {certaintyWord(attribution.certainty)}
            </ValueMenu>
          </span>{" "}
          <span className="soft">{CERTAINTY_TEXT[attribution.certainty]}</span>
        </dd>
        <dt>Reason</dt>
        <dd>
          {reason === null ? (
            group.verdict === "AUDIT" ? (
              "would be denied by policy; audit mode gives no drop reason"
            ) : (
              "none given"
            )
          ) : (
            <>
              <ValueMenu field="reason" value={reason.name} label={reason.text} />{" "}
              <code className="dim">
                {reason.name} {reason.code}
              </code>
            </>
          )}
        </dd>
        {(attribution.kind === "policy" || group.tags.length > 0) && (
          <>
            <dt>Tag</dt>
            <dd>
              {group.tags.length === 0 && tagText(group)}
              {group.tags.map((tag) => (
                <span key={tag} className="tag is-boxed">
                  <Icon name="tag" size={11} />
                  <ValueMenu field="tag" value={tag} />
                </span>
              ))}{" "}
              <span className="dim">{TAG_STATE_TEXT[group.tagState]}</span>
            </dd>
          </>
        )}
        <dt>Seen</dt>
        <dd>
          last <Ago time={group.lastSeen} /> ago, first <Ago time={group.firstSeen} /> ago
        </dd>
      </dl>
    </section>
  );
}
