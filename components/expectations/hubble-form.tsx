"use client";
/** The draft in Hubble's terms: the filter that would leave out the same, and what it cannot say. */
import { excludeInHubble } from "@/components/expectations/hubble-exclude";
import { CopyButton } from "@/components/ui/copy-button";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import type { Query } from "@/lib/query/query";

/** Whatever the query, Hubble knows nothing of these. */
const ALWAYS_LOST =
  "The reason, the end, the ceiling and what is new: an exclusion in Hubble hides for good.";

export function HubbleForm({ query }: { query: Query }) {
  const { filter, notes } = excludeInHubble(query);
  return (
    <details className="hubble-form">
      <summary>
        <b>In Hubble’s terms</b>{" "}
        <span className="dim">the filter that would leave out the same</span>
      </summary>
      {filter === null ? (
        <p className="hubble-losses">
          Hubble cannot say this: all that is left of it would leave out nearly everything.
        </p>
      ) : (
        <>
          <CodeBlock label="Copy the command" text={filter.commandText} />
          <CodeBlock label="Copy the deny list" text={filter.denylist} />
        </>
      )}
      <ul className="hubble-losses" aria-label="What it cannot say">
        <li>
          <Icon name="warn" className="c-audit" />
          <span>Lost there: {ALWAYS_LOST}</span>
        </li>
        {notes.map(({ level, about, text }) => (
          <li key={`${level} ${about} ${text}`}>
            <Icon
              name={level === "hint" ? "none" : "warn"}
              className={level === "hint" ? "soft" : "c-audit"}
            />
            <span>
              {about !== "" && (
                <>
                  <code>
                    <FlowText text={about} />
                  </code>{" "}
                </>
              )}
              <FlowText text={text} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <div className="code-block">
      <pre className="code">
        {text.split("\n").map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text
          <span key={index}>
            <FlowText text={line} />
            {"\n"}
          </span>
        ))}
      </pre>
      <CopyButton label={label} text={() => text} />
    </div>
  );
}
