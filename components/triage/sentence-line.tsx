"use client";
/** The group in one sentence, with a button that copies it. */
import { describeGroup, describeWhen, sentenceText } from "@/components/triage/sentence";
import { CopyButton } from "@/components/ui/copy-button";
import { FlowText } from "@/components/ui/flow-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatMoment, formatStamp } from "@/components/ui/time-text";
import type { Group } from "@/lib/drops/view";

type Props = { group: Group; rangeText: string; fromMs: number };

export function Sentence({ group, rangeText, fromMs }: Props) {
  const { zone } = usePreferences();
  const firstMs = Date.parse(group.firstSeen);
  const say = (first: string) =>
    describeGroup(group, describeWhen(first, firstMs >= fromMs, rangeText));
  const parts = say(formatMoment(firstMs, Date.parse(group.lastSeen), zone));
  return (
    <div className="sentence">
      <h2 title={`First seen ${formatStamp(firstMs, zone)}`}>
        {parts.map((part, index) =>
          part.strong ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence
            <b key={index}>
              <FlowText text={part.text} />
            </b>
          ) : (
            part.text
          ),
        )}
      </h2>
      <CopyButton
        label="Copy the sentence"
        text={() => sentenceText(say(formatStamp(firstMs, zone)))}
      />
    </div>
  );
}
