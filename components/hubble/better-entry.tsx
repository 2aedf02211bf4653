/** The exporter's entry with filters that leave nothing of a drop out, to be copied. */
import { CopyButton } from "@/components/ui/copy-button";
import type { ExporterText } from "@/lib/query/hubble/exporter";

export function BetterEntry({ text }: { text: ExporterText }) {
  return (
    <section className="hubble-better" aria-label="The entry that tells all of it">
      <h3>
        The entry that tells all of it
        <CopyButton text={() => text.yaml} label="Copy the entry" />
      </h3>
      <textarea
        className="hubble-text"
        aria-label="Exporter entry"
        readOnly
        dir="ltr"
        rows={8}
        spellCheck={false}
        value={text.yaml}
      />
    </section>
  );
}
