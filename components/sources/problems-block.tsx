"use client";
/** What went wrong with a source, in words, and samples of what could not be read. */
import { Block } from "@/components/sources/block";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { countOf, formatExact } from "@/components/ui/number-text";
import type { SourceReport } from "@/lib/drops/source-report";

const LISTED = 5;

export function ProblemsBlock({ source }: { source: SourceReport }) {
  const { problems, unreadable } = source;
  const samples = [...unreadable].reverse();
  return (
    <>
      <Block
        title="What went wrong"
        note={problems.length === 0 ? "nothing since the start" : undefined}
      >
        {problems.length > 0 && (
          <ul className="src-lines is-two">
            {problems.slice(0, LISTED).map(({ at, first, words, times }) => (
              <li key={words}>
                <span>
                  <FlowText text={words} />
                </span>
                <span className="dim">
                  <Ago time={at} /> ago
                  {times > 1 && (
                    <>
                      , {formatExact(times)} times since <Ago time={first} /> ago
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Block>
      {samples.length > 0 && (
        <Block
          title="Not readable"
          note={`the last ${countOf(samples.length, "message")}`}
          className="src-unreadable"
        >
          <ul className="src-lines is-two">
            {samples.slice(0, LISTED).map(({ at, reason, sample }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a message may come twice at one time
              <li key={`${at} ${index}`}>
                <span>
                  <FlowText text={reason} />{" "}
                  <span className="dim">
                    <Ago time={at} /> ago
                  </span>
                </span>
                {sample !== "" && (
                  <code>
                    <FlowText text={sample} />
                  </code>
                )}
              </li>
            ))}
          </ul>
        </Block>
      )}
    </>
  );
}
