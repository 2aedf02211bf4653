"use client";
/** A button that opens a query in Hubble's forms. The translation is loaded when first asked for. */
import { lazy, Suspense, useState } from "react";
import { Dialog, useDialog } from "@/components/hubble/dialog";
import type { UrlState } from "@/components/query/url-state";
import { Icon } from "@/components/ui/icon";
import type { Query } from "@/lib/query/query";

const CopyForms = lazy(() =>
  import("@/components/hubble/copy-forms").then(({ CopyForms: component }) => ({
    default: component,
  })),
);

type Props = {
  /** Asked for on a click, and kept while the dialog is open; null where there is none to copy. */
  query: (() => Query) | null;
  shown: Pick<UrlState, "range" | "span">;
  /** What the query stands for, in the dialog's title: `this query`. */
  what: string;
  label?: string;
};

export function CopyAs({ query, shown, what, label = "Copy as" }: Props) {
  const dialog = useDialog();
  const [asked, setAsked] = useState<Query | null>(null);
  const show = () => {
    setAsked(query === null ? null : query());
    dialog.show();
  };
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={query === null}
        title={`Copy ${what} for Hubble`}
        aria-label={`${label}: ${what}`}
        aria-haspopup="dialog"
        onClick={show}
      >
        <Icon name="copy" />
        <span className="btn-label">{label}</span>
      </button>
      <Dialog dialog={dialog} title={`Copy ${what} for Hubble`}>
        <Suspense fallback={<p className="dim">Loading the translation…</p>}>
          {asked !== null && <CopyForms query={asked} shown={shown} />}
        </Suspense>
      </Dialog>
    </>
  );
}
