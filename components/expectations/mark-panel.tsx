"use client";
/**
 * "Mark expected", beside whatever screen it was opened from; where there is no room beside, a page
 * of its own. Mounted once for all screens.
 */
import { type KeyboardEvent, useEffect } from "react";
import { MarkForm } from "@/components/expectations/mark-form";
import { type MarkStart, useMarkStart } from "@/components/expectations/mark-start";
import { closeMark, type MarkSource, useOpenedMark } from "@/components/expectations/open-mark";
import { useOperator } from "@/components/expectations/operator";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";

/** The panel's place in the page; renders nothing while it is closed. */
export function MarkHost() {
  const opened = useOpenedMark();
  useEffect(() => {
    // The screen makes room for it, whatever screen it is.
    document.documentElement.toggleAttribute("data-mark", opened !== null);
  }, [opened]);
  if (opened === null) return null;
  return <MarkPanel key={opened.at} source={opened.source} />;
}

function MarkPanel({ source }: { source: MarkSource }) {
  const start = useMarkStart(source);
  const operator = useOperator();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    closeMark();
  };
  return (
    <aside className="mark" aria-label="Mark expected" onKeyDown={onKeyDown}>
      <div className="mark-head">
        <div className="grow">
          <h2>{titleOf(source)}</h2>
          <p className="soft">
            <From start={start} />
          </p>
        </div>
        <button
          type="button"
          className="btn quiet icon"
          aria-label="Close the form"
          title="Close (Esc)"
          onClick={closeMark}
        >
          <Icon name="close" />
        </button>
      </div>
      {start === null ? (
        <p className="mark-wait dim" role="status">
          Reading the row’s series…
        </p>
      ) : (
        <MarkForm start={start} operator={operator} onClose={closeMark} />
      )}
    </aside>
  );
}

function titleOf(source: MarkSource): string {
  if (source.from !== "expectation") return "Mark expected";
  return source.how === "edit" ? "Edit expectation" : "Copy of an expectation";
}

function From({ start }: { start: MarkStart | null }) {
  if (start === null || start.title === "") return "Nothing is deleted; hidden drops stay counted.";
  return (
    <>
      From{" "}
      <b>
        <FlowText text={start.title} />
      </b>
      {start.blockedBy !== "" && (
        <>
          , blocked by{" "}
          <b>
            <FlowText text={start.blockedBy} />
          </b>
        </>
      )}
      . Nothing is deleted; hidden drops stay counted.
      {start.problem !== null && ` The row could not be read in full: ${start.problem}`}
    </>
  );
}
