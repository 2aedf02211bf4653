"use client";
/** Expectations as code: the export to keep in Git, and an import that shows its diff first. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fetchExpectations, importYaml } from "@/components/expectations/api";
import { claimedName } from "@/components/expectations/operator";
import { refreshExpectations } from "@/components/expectations/revision";
import { offerUndo, undoOfImport } from "@/components/expectations/undo";
import { messageOf } from "@/components/expectations/words";
import { FlowText } from "@/components/ui/flow-text";
import { Icon, type IconName } from "@/components/ui/icon";
import { countOf } from "@/components/ui/number-text";
import type { ImportResult } from "@/lib/expectations/view";

const EXPORT = "/api/expectations/export";

export function CodePane() {
  const client = useQueryClient();
  const [yaml, setYaml] = useState("");
  const [result, setResult] = useState<ImportResult | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const set = (text: string) => {
    setYaml(text);
    setResult(null);
    setProblem(null);
  };
  const send = async (apply: boolean) => {
    setBusy(true);
    setProblem(null);
    try {
      // As it is before: what an undo goes back to.
      const before = apply ? (await fetchExpectations()).expectations : [];
      const answer = await importYaml(yaml, apply, claimedName().trim());
      if (answer.applied) {
        const undo = undoOfImport(answer, before);
        offerUndo(client, `Imported: ${countOf(undo.length, "change")}`, undo);
        refreshExpectations(client);
        set("");
      } else setResult(answer);
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const readFile = async (file: File | undefined) => {
    if (file !== undefined) set(await file.text());
  };

  return (
    <div className="exp-pane">
      <section className="block">
        <h2>Export</h2>
        <p>
          All expectations as YAML, in a stable order, to keep beside the policies.{" "}
          <a className="btn" href={EXPORT} download="expectations.yaml">
            Download expectations.yaml
          </a>
        </p>
      </section>
      <section className="block">
        <h2>Import</h2>
        <div className="field">
          <label htmlFor="import-yaml">
            <b>YAML</b>{" "}
            <span className="dim">
              paste it, or take a file; nothing is done before you see the diff
            </span>
          </label>
          <textarea
            id="import-yaml"
            className="mono import-text"
            rows={12}
            spellCheck={false}
            value={yaml}
            onChange={(event) => set(event.target.value)}
          />
          <input
            type="file"
            accept=".yaml,.yml,text/yaml"
            aria-label="Take a file"
            onChange={(event) => void readFile(event.target.files?.[0])}
          />
        </div>
        {problem !== null && (
          <p className="field-error" role="alert">
            <Icon name="warn" className="c-dropped" />
            <span>{problem}</span>
          </p>
        )}
        <p className="buttons">
          <button
            type="button"
            className="btn"
            disabled={busy || yaml.trim() === ""}
            onClick={() => void send(false)}
          >
            Show the diff
          </button>
          {result !== null && result.errors.length === 0 && changesIn(result) > 0 && (
            <button
              type="button"
              className="btn primary"
              disabled={busy}
              onClick={() => void send(true)}
            >
              Apply {countOf(changesIn(result), "change")}
            </button>
          )}
        </p>
        {result !== null && <Diff result={result} />}
      </section>
    </div>
  );
}

function changesIn({ changes }: ImportResult): number {
  return changes.filter(({ action }) => action !== "keep").length;
}

const ACTION: Record<ImportResult["changes"][number]["action"], { word: string; icon: IconName }> =
  {
    create: { word: "create", icon: "plus" },
    change: { word: "change", icon: "edit" },
    revoke: { word: "revoke", icon: "minus" },
    keep: { word: "keep", icon: "ok" },
  };

function Diff({ result }: { result: ImportResult }) {
  const kept = result.changes.length - changesIn(result);
  return (
    <div className="import-diff" role="status" aria-label="What the import does">
      {result.errors.map(({ line, message }) => (
        <p key={`${line} ${message}`} className="field-error">
          <Icon name="warn" className="c-dropped" />
          <span>
            Line {line}: <FlowText text={message} />
          </span>
        </p>
      ))}
      {result.errors.length > 0 && <p>Nothing is done while there are errors.</p>}
      {result.errors.length === 0 && changesIn(result) === 0 && (
        <p>Nothing would change; all of it is so already.</p>
      )}
      <ul>
        {result.changes
          .filter(({ action }) => action !== "keep")
          .map((change) => (
            <li key={change.id + change.query}>
              <p className="import-line">
                <Icon name={ACTION[change.action].icon} size={12} />{" "}
                <b>{ACTION[change.action].word}</b>{" "}
                <code>
                  <FlowText text={change.query} />
                </code>
              </p>
              <ul className="trail-changes">
                {change.changes.map((text) => (
                  <li key={text}>
                    <FlowText text={text} />
                  </li>
                ))}
              </ul>
            </li>
          ))}
      </ul>
      {kept > 0 && <p className="dim">{countOf(kept, "expectation")} stay as they are.</p>}
    </div>
  );
}
