"use client";
/** What stands in place of a screen while its capture is read, and when it is not open any more. */
import { CaptureProgress } from "@/components/captures/capture-progress";
import { TopBar } from "@/components/shell/top-bar";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import type { CaptureSummary } from "@/lib/drops/capture";

export function CaptureReading({ capture }: { capture: CaptureSummary | null }) {
  return (
    <div className="app">
      <TopBar title="Capture" />
      <main className="empty">
        <h2 aria-live="polite">
          {capture === null ? (
            "Looking for the capture…"
          ) : (
            <>
              Reading <FlowText text={capture.name} />
            </>
          )}
        </h2>
        {capture !== null && <CaptureProgress capture={capture} />}
      </main>
    </div>
  );
}

type Gone = { problem: string; path: string; open: () => void };

export function CaptureGone({ problem, path, open }: Gone) {
  return (
    <div className="app">
      <TopBar title="Capture" />
      <main className="empty">
        <Icon name="ended" size={30} className="c-audit" />
        <h2>This capture cannot be shown</h2>
        <p>
          <FlowText text={problem} />
        </p>
        <p className="buttons">
          <button type="button" className="btn primary" onClick={open}>
            Open a capture…
          </button>
          <a className="btn" href={path}>
            Back to live data
          </a>
        </p>
      </main>
    </div>
  );
}
