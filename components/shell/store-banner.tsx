"use client";
/**
 * What is wrong with the store, on every screen that shows drops or expectations: what is paused,
 * what goes on, and what to do. What was set aside is told for a day after it happened.
 */
import { useStoreReport } from "@/components/shell/use-store-report";
import { Banner } from "@/components/ui/banner";
import { FlowText } from "@/components/ui/flow-text";
import { countOf } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { presentMs } from "@/components/ui/ticker";
import { formatClock, formatStamp } from "@/components/ui/time-text";
import type { StoreNote, StoreReport } from "@/lib/drops/store-report";

const TOLD_MS = 86_400_000;

export function StoreBanner() {
  const report = useStoreReport();
  if (report === undefined) return null;
  const note = freshNote(report);
  return (
    <>
      {report.words !== "" && <Trouble report={report} />}
      {note !== undefined && <SetAside note={note} />}
    </>
  );
}

function Trouble({ report }: { report: StoreReport }) {
  const { zone } = usePreferences();
  const { words, since, paused, goesOn, advice, waiting, shed } = report;
  return (
    <Banner title={words} ofStore>
      Since {formatClock(Date.parse(since), zone, true)}: {paused.join("; ")}.{" "}
      <FlowText text={goesOn} /> {waiting > 0 && `${countOf(waiting, "drop")} waiting. `}
      {shed > 0 && `${countOf(shed, "drop")} let go. `}
      <FlowText text={advice} />
    </Banner>
  );
}

function SetAside({ note }: { note: StoreNote }) {
  const { zone } = usePreferences();
  return (
    <Banner title="Part of history was set aside." ofStore>
      {formatStamp(Date.parse(note.at), zone).slice(0, 16)}: <FlowText text={note.words} />{" "}
      {note.path !== null && (
        <>
          It lies in <FlowText text={note.path} />.
        </>
      )}
    </Banner>
  );
}

function freshNote({ notes }: StoreReport): StoreNote | undefined {
  const last = notes.at(-1);
  return last !== undefined && presentMs() - Date.parse(last.at) < TOLD_MS ? last : undefined;
}
