"use client";
/** Coverage in words in the bar; opens the list of sources. */
import { Fragment } from "react";
import { useCapture } from "@/components/captures/capture-context";
import { describeCoverage } from "@/components/shell/coverage-text";
import { SourceList } from "@/components/shell/source-list";
import { Icon } from "@/components/ui/icon";
import type { Coverage } from "@/lib/drops/view";

export function CoverageChip({ coverage }: { coverage: Coverage }) {
  const text = describeCoverage(coverage);
  // A capture's banner says it in its own words.
  if (useCapture() !== null) return null;
  return (
    <>
      <button
        type="button"
        className="coverage"
        popoverTarget="sources"
        title={text.complete ? "Nothing is known to be missing" : "The view is incomplete"}
      >
        <Icon
          name={text.complete ? "ok" : "warn"}
          className={text.complete ? "c-ok" : "c-audit"}
          label={text.complete ? "Complete:" : "Incomplete:"}
        />
        <span className="coverage-long">
          {text.parts.map((part, index) => (
            <Fragment key={part.rest}>
              {index > 0 && <i aria-hidden="true" />}
              <span>
                <b>{part.strong}</b>
                {part.rest}
              </span>
            </Fragment>
          ))}
        </span>
        <span className="coverage-short" aria-hidden="true">
          {text.short}
        </span>
      </button>
      <div id="sources" popover="auto" className="popover" role="dialog" aria-label="Sources">
        <SourceList coverage={coverage} />
      </div>
    </>
  );
}
