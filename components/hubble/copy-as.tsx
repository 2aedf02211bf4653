"use client";
/** A button that opens a query in Hubble's forms. The translation is loaded when first asked for. */
import { lazy, Suspense } from "react";
import { Dialog, useDialog } from "@/components/hubble/dialog";
import type { UrlState } from "@/components/query/url-state";
import { Icon } from "@/components/ui/icon";

const CopyForms = lazy(() =>
  import("@/components/hubble/copy-forms").then(({ CopyForms: component }) => ({
    default: component,
  })),
);

type Props = {
  /** A query that can be parsed; null where there is none to copy. */
  q: string | null;
  shown: Pick<UrlState, "range" | "span">;
  /** What the query stands for, in the dialog's title: `this query`. */
  what: string;
  className?: string;
};

export function CopyAs({ q, shown, what, className = "btn" }: Props) {
  const dialog = useDialog();
  return (
    <>
      <button
        type="button"
        className={className}
        disabled={q === null}
        title={`Copy ${what} for Hubble`}
        aria-haspopup="dialog"
        onClick={dialog.show}
      >
        <Icon name="copy" />
        Copy as
      </button>
      <Dialog dialog={dialog} title={`Copy ${what} for Hubble`}>
        <Suspense fallback={<p className="dim">Loading the translation…</p>}>
          <CopyForms q={q ?? ""} shown={shown} />
        </Suspense>
      </Dialog>
    </>
  );
}
