"use client";
/** Says on every screen that it shows a file and not the live data, what was read, and until when. */
import { useRef, useState } from "react";
import { CaptureAccountPanel } from "@/components/captures/capture-account";
import { useCapture } from "@/components/captures/capture-context";
import { closeCapture } from "@/components/captures/close-capture";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatExact } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatStamp } from "@/components/ui/time-text";

const ACCOUNT_ID = "capture-account";

export function CaptureBanner() {
  const capture = useCapture();
  const { zone } = usePreferences();
  const leaving = useRef(false);
  const [failure, setFailure] = useState<string | null>(null);
  if (capture === null) return null;
  const { id, name, account, flows, unreadable, range, problem } = capture;
  const close = async () => {
    if (leaving.current) return;
    leaving.current = true;
    const why = await closeCapture(id);
    if (why === null) return window.location.assign(window.location.pathname);
    leaving.current = false;
    setFailure(why);
  };
  return (
    <section className="banner capture-banner" aria-label="Capture">
      <Icon name="history" size={16} className="c-accent" />
      <p>
        <b>
          Capture <FlowText text={name} />
        </b>{" "}
        <span>
          {countOf(account.stored, "drop")} from {countOf(flows, "flow")}
          {unreadable > 0 && `, ${countOf(unreadable, "line")} not read`}
          {range !== null &&
            `, ${formatStamp(range.fromMs, zone).slice(0, 19)} to ${formatStamp(range.toMs, zone).slice(0, 19)}`}
          .
        </span>{" "}
        {problem !== "" && (
          <span>
            <b>Not read to its end:</b> <FlowText text={problem} />{" "}
          </span>
        )}
        {capture.before > 0 && (
          <span>
            {formatExact(capture.before)} drops are older than 400 days before the newest and lie
            outside the range.{" "}
          </span>
        )}
        <span className="soft">
          Not live data. Temporary: it goes when it is closed, when nobody looks at it for a while,
          and with a restart.
        </span>
        {failure !== null && <span role="alert"> It is not closed: {failure}</span>}
      </p>
      <button type="button" className="btn" popoverTarget={ACCOUNT_ID}>
        What was read
      </button>
      <button type="button" className="btn" onClick={() => void close()}>
        Close capture
      </button>
      <CaptureAccountPanel id={ACCOUNT_ID} capture={capture} />
    </section>
  );
}
