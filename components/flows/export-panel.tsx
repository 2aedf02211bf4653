"use client";
/** Exports what the list stands for: format, columns, then progress with a way to stop. */
import { useRef, useState } from "react";
import { type ColumnId, exportColumns } from "@/components/flows/columns";
import {
  downloadExport,
  type ExportFile,
  type ExportProgress,
  saveFile,
} from "@/components/flows/export-download";
import { askedParams } from "@/components/flows/use-drop-list";
import type { AskedState } from "@/components/query/url-state";
import { Icon } from "@/components/ui/icon";
import { formatExact } from "@/components/ui/number-text";
import { formatSize } from "@/components/ui/size-text";
import type { ExportFormat } from "@/lib/drops/drop-columns";

/** The element id of the panel, for the button that opens it. */
export const EXPORT_ID = "export";

const FORMATS: Record<ExportFormat, { name: string; says: string }> = {
  csv: {
    name: "CSV",
    says: "One line for each drop, times in UTC. Cells that a spreadsheet would run get a leading apostrophe.",
  },
  jsonl: {
    name: "JSON lines",
    says: "The flows as Hubble sent them, for hubble observe --input-file and droplens --replay.",
  },
};

type Props = { url: AskedState; columns: readonly ColumnId[]; valid: boolean };

export function ExportPanel({ url, columns, valid }: Props) {
  const [format, setFormat] = useState<ExportFormat>("csv");
  const [all, setAll] = useState(true);
  const job = useExport();
  const chosen = all || format === "jsonl" ? "" : `&columns=${exportColumns(columns).join(",")}`;
  const path = `/api/export?${askedParams(url)}&format=${format}${chosen}`;
  return (
    <div
      id={EXPORT_ID}
      popover="auto"
      role="dialog"
      aria-label="Export"
      className="popover export-panel"
    >
      <p className="popover-title">Export every drop of this query and range</p>
      <fieldset disabled={job.isRunning}>
        <legend className="sr-only">Format</legend>
        {(["csv", "jsonl"] as const).map((name) => (
          <label key={name} className="export-choice">
            <input
              type="radio"
              name="format"
              checked={format === name}
              onChange={() => setFormat(name)}
            />
            <span>
              <b>{FORMATS[name].name}</b>
              <span className="soft">{FORMATS[name].says}</span>
            </span>
          </label>
        ))}
        {format === "csv" && (
          <label className="export-choice">
            <input type="checkbox" checked={all} onChange={() => setAll(!all)} />
            <span>All columns, not only those of the table</span>
          </label>
        )}
      </fieldset>
      <p className="buttons">
        {job.isRunning ? (
          <button type="button" className="btn" onClick={job.stop}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            className="btn primary"
            disabled={!valid}
            onClick={() => void job.run(path)}
          >
            Export
          </button>
        )}
      </p>
      <Outcome job={job} />
    </div>
  );
}

function Outcome({ job }: { job: ReturnType<typeof useExport> }) {
  const { progress, file, problem, isRunning } = job;
  return (
    <div className="export-outcome">
      {isRunning && (
        <>
          <progress
            aria-label="Export"
            max={Math.max(progress?.allLines ?? 1, 1)}
            value={progress?.lines}
          />
          <p className="soft">
            {progress === null
              ? "Counting…"
              : `${formatExact(progress.lines)} of ${formatExact(progress.allLines)} lines, ${formatSize(progress.bytes)}`}
          </p>
        </>
      )}
      <p aria-live="polite">
        {!isRunning && problem !== null && (
          <>
            <Icon name="warn" className="c-audit" /> {problem} Nothing was saved.
          </>
        )}
        {!isRunning && file !== null && (
          <>
            <Icon name="ok" className="c-ok" /> Saved {formatExact(file.lines)} lines,{" "}
            {formatSize(file.bytes)}, as <span className="mono">{file.filename}</span>
          </>
        )}
      </p>
    </div>
  );
}

function useExport() {
  const [progress, setProgress] = useState<ExportProgress | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [file, setFile] = useState<ExportFile | null>(null);
  const abort = useRef<AbortController | null>(null);
  const run = async (path: string) => {
    const controller = new AbortController();
    abort.current = controller;
    setRunning(true);
    setProgress(null);
    setProblem(null);
    setFile(null);
    try {
      const done = await downloadExport(path, controller.signal, setProgress);
      saveFile(done);
      setFile(done);
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      setProblem(controller.signal.aborted ? "Stopped." : says);
    } finally {
      setRunning(false);
    }
  };
  return { progress, isRunning, problem, file, run, stop: () => abort.current?.abort() };
}
