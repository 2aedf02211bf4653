"use client";
/**
 * To and from Hubble, beside the query: copies what is shown as Hubble takes it, and reads what was
 * written for Hubble as a query.
 */
import { lazy, type RefObject, Suspense, useImperativeHandle, useState } from "react";
import { CopyAs } from "@/components/hubble/copy-as";
import { Dialog, useDialog } from "@/components/hubble/dialog";
import type { AskedState } from "@/components/query/url-state";
import { Icon } from "@/components/ui/icon";
import { parseQuery } from "@/lib/query/parse";

const PasteForm = lazy(() =>
  import("@/components/hubble/paste-form").then(({ PasteForm: component }) => ({
    default: component,
  })),
);

/** Opens "From Hubble" with a text in it, as when one was pasted into the search bar. */
export type HubbleHandle = { paste: (text: string) => void };

type Props = {
  url: AskedState;
  change: (change: Partial<AskedState>) => void;
  handle?: RefObject<HubbleHandle | null>;
};

export function HubbleControl({ url, change, handle }: Props) {
  const dialog = useDialog();
  const [pasted, setPasted] = useState("");
  const parsed = parseQuery(url.q);
  const openWith = (text: string) => {
    setPasted(text);
    dialog.show();
  };
  useImperativeHandle(handle, () => ({ paste: openWith }));
  return (
    <div className="hubble-control">
      <CopyAs query={parsed.ok ? () => parsed.query : null} shown={url} what="this query" />
      <button
        type="button"
        className="btn"
        title="Paste a hubble observe command or filters"
        aria-label="From Hubble"
        aria-haspopup="dialog"
        onClick={() => openWith("")}
      >
        <Icon name="plug" />
        <span className="btn-label">From Hubble</span>
      </button>
      <Dialog dialog={dialog} title="From Hubble">
        <Suspense fallback={<p className="dim">Loading the translation…</p>}>
          <PasteForm
            pasted={pasted}
            current={url.q}
            onApply={(applied) => {
              change(applied);
              dialog.close();
            }}
          />
        </Suspense>
      </Dialog>
    </div>
  );
}
