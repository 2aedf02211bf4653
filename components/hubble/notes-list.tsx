/** The notes of a translation, the worst first: each with its mark, its word and what it is about. */
import { type Direction, isExact, LEVELS, summaryOf } from "@/components/hubble/note-texts";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import type { Note } from "@/lib/query/hubble/note";

type Props = { notes: readonly Note[]; direction: Direction };

export function NotesList({ notes, direction }: Props) {
  const exact = isExact(notes);
  return (
    <section className="hubble-notes" aria-label="Notes">
      <p className="hubble-summary" role="status">
        <Icon name={exact ? "ok" : "warn"} className={exact ? "c-ok" : "c-audit"} />
        <b>{summaryOf(notes, direction)}</b>
      </p>
      <ul>
        {LEVELS.flatMap(({ level, icon, word }) =>
          notes
            .filter((note) => note.level === level)
            .map(({ about, text }) => (
              <li key={`${level} ${about} ${text}`} className={`hubble-note is-${level}`}>
                <Icon name={icon} />
                <div>
                  <p className="hubble-note-head">
                    <b>{word}</b>
                    {about !== "" && (
                      <code>
                        <FlowText text={about} />
                      </code>
                    )}
                  </p>
                  <p>
                    <FlowText text={text} />
                  </p>
                </div>
              </li>
            )),
        )}
      </ul>
    </section>
  );
}
