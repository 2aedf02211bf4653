/** Notes of a command speak of the flags that were written, not of the filters that they make. */
import { FLAGS } from "./flags";
import type { Note } from "./note";

/** @param flags Names of the command's flags, without dashes. */
export function aboutFlags(notes: readonly Note[], flags: readonly string[]): Note[] {
  return notes.map((note) => {
    const { field, value } = /^(?<field>[a-z_]+): (?<value>.*)$/s.exec(note.about)?.groups ?? {};
    const flag = FLAGS.find(
      (one) =>
        "fields" in one && flags.includes(one.name) && one.fields.some((name) => name === field),
    );
    if (flag === undefined || value === undefined) return note;
    const isPlain = flag.kind === "filter" && !value.startsWith("{");
    // A namespace is a pod of any name: `shop/`.
    const written = flag.name.endsWith("namespace") ? value.replace(/\/$/, "") : value;
    return { ...note, about: isPlain ? `--${flag.name} ${written}` : `--${flag.name}` };
  });
}
