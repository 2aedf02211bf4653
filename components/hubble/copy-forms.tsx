"use client";
/** One query in each of Hubble's forms, a tab each, with what the translation must tell. */
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { hubbleRange } from "@/components/hubble/hubble-range";
import { NotesList } from "@/components/hubble/notes-list";
import { TermList } from "@/components/hubble/term-list";
import { type TextBlock, writeForm } from "@/components/hubble/write-forms";
import type { UrlState } from "@/components/query/url-state";
import { CopyButton } from "@/components/ui/copy-button";
import {
  HUBBLE_FORMS,
  type HubbleForm,
  setPreferences,
  usePreferences,
} from "@/components/ui/preferences";
import type { Query } from "@/lib/query/query";

const TITLES: Record<HubbleForm, string> = {
  observe: "hubble observe",
  filters: "Filters",
  exporter: "Exporter entry",
  configmap: "ConfigMap",
  helm: "Helm values",
};

const USES: Record<HubbleForm, string> = {
  observe: "For a terminal with the Hubble command line.",
  filters: "For --allowlist and --denylist, and for anything else that asks Hubble's API.",
  exporter: "For flowlogs.yaml of the exporter: one entry, as a list of its own.",
  configmap: "All of the exporter's configuration, to be applied with kubectl.",
  helm: "The exporter's part of the values of the Cilium chart.",
};

type Props = { query: Query; shown: Pick<UrlState, "range" | "span"> };

export function CopyForms({ query, shown }: Props) {
  const { hubbleForm: form } = usePreferences();
  const [follow, setFollow] = useState(false);
  const id = useId();
  const { blocks, notes } = useMemo(
    () => writeForm(form, query, hubbleRange(shown, follow)),
    [form, query, shown, follow],
  );
  return (
    <>
      <TermList query={query} label="Query" />
      <FormTabs id={id} form={form} />
      <div
        id={`${id}-panel`}
        role="tabpanel"
        aria-labelledby={`${id}-${form}`}
        className="hubble-columns"
      >
        <div className="hubble-main">
          <p className="soft">{USES[form]}</p>
          {form === "observe" && shown.span === null && (
            <label className="hubble-check">
              <input
                type="checkbox"
                checked={follow}
                onChange={(event) => setFollow(event.target.checked)}
              />
              Go on with new flows (<code>--follow</code>)
            </label>
          )}
          {blocks.map((block) => (
            <CopyBlock key={block.title} block={block} />
          ))}
        </div>
        <NotesList notes={notes} direction="to" />
      </div>
    </>
  );
}

/** Tabs as the pattern has them: one in the tab order, arrows go between them and choose. */
function FormTabs({ id, form }: { id: string; form: HubbleForm }) {
  const list = useRef<HTMLDivElement>(null);
  // The dialog has just opened for this: begin at the chosen form.
  useEffect(() => chosenTab(list.current)?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextForm(form, event.key);
    if (next === null) return;
    event.preventDefault();
    setPreferences({ hubbleForm: next });
    list.current?.querySelector<HTMLElement>(`[data-form="${next}"]`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label="Form" className="hubble-tabs" onKeyDown={onKeyDown}>
      {HUBBLE_FORMS.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${id}-${name}`}
          data-form={name}
          aria-selected={name === form}
          aria-controls={`${id}-panel`}
          tabIndex={name === form ? 0 : -1}
          onClick={() => setPreferences({ hubbleForm: name })}
        >
          {TITLES[name]}
        </button>
      ))}
    </div>
  );
}

function chosenTab(list: HTMLElement | null): HTMLElement | null {
  return list?.querySelector<HTMLElement>('[aria-selected="true"]') ?? null;
}

function nextForm(form: HubbleForm, key: string): HubbleForm | null {
  const at = HUBBLE_FORMS.indexOf(form);
  const last = HUBBLE_FORMS.length - 1;
  const steps: Record<string, number> = {
    ArrowRight: at === last ? 0 : at + 1,
    ArrowLeft: at === 0 ? last : at - 1,
    Home: 0,
    End: last,
  };
  const next = steps[key];
  return next === undefined ? null : (HUBBLE_FORMS[next] ?? null);
}

const MOST_ROWS = 22;

/** Read-only, so that Ctrl+A takes this text alone and the keyboard can scroll it. */
function CopyBlock({ block: { title, text } }: { block: TextBlock }) {
  const lines = text.split("\n").length;
  const isOneLine = lines === 1;
  return (
    <div className="hubble-block">
      <div className="hubble-block-head">
        <b>{title}</b>
        <CopyButton label={`Copy ${title}`} text={() => text} className="btn">
          Copy
        </CopyButton>
      </div>
      <textarea
        className={isOneLine ? "hubble-text is-wrapped" : "hubble-text"}
        aria-label={title}
        readOnly
        dir="ltr"
        spellCheck={false}
        wrap={isOneLine ? "soft" : "off"}
        rows={isOneLine ? 6 : Math.min(lines, MOST_ROWS)}
        value={text}
      />
    </div>
  );
}
