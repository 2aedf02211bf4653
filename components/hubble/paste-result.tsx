/** The query that a pasted text means, or where and why it cannot be read. */
import { NotesList } from "@/components/hubble/notes-list";
import { TermList } from "@/components/hubble/term-list";
import { placeOf } from "@/components/hubble/text-place";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import type { HubbleReading } from "@/lib/query/hubble/from-hubble";
import type { HubbleRange } from "@/lib/query/hubble/to-hubble";
import type { QueryError } from "@/lib/query/query-error";

type Props = {
  /** Null while there is nothing to read. */
  reading: HubbleReading | null;
  text: string;
  errorId: string;
  /** Selects a part of the text. */
  goTo: (at: number, length: number) => void;
};

export function PasteResult({ reading, text, errorId, goTo }: Props) {
  return (
    <div className="hubble-result">
      <h3>As a query</h3>
      {reading === null && (
        <p className="dim">The query appears here while you type. Nothing is run.</p>
      )}
      {reading?.ok === false && (
        <ReadError error={reading.error} text={text} id={errorId} goTo={goTo} />
      )}
      {reading?.ok === true && (
        <>
          <TermList query={reading.query} label="The query it means" />
          {reading.range !== null && <RangeLine range={reading.range} />}
          <NotesList notes={reading.notes} direction="from" />
        </>
      )}
    </div>
  );
}

function RangeLine({ range: { since, until, follow } }: { range: HubbleRange }) {
  const words = [
    since === undefined ? "" : `since ${since}`,
    until === undefined ? "" : `until ${until}`,
    follow === true ? "and goes on" : "",
  ].filter((word) => word !== "");
  if (words.length === 0) return null;
  return (
    <p className="soft">
      Range: <FlowText text={words.join(", ")} />
    </p>
  );
}

type ErrorProps = Pick<Props, "text" | "goTo"> & { error: QueryError; id: string };

function ReadError({ error, text, id, goTo }: ErrorProps) {
  const told = (error.expected ?? []).filter((one) => !error.message.includes(one));
  const expected = told.slice(0, 6).join(", ");
  const { line, column, before, wrong } = placeOf(text, error.at, error.length);
  return (
    <div className="hubble-error" id={id} role="alert">
      <Icon name="warn" className="c-dropped" />
      <div>
        <p>
          <b>
            <FlowText text={error.message} />
          </b>
        </p>
        <p className="soft">
          Line {line}, character {column}
          {wrong !== "" && (
            <>
              :{" "}
              <code>
                <FlowText text={before} />
              </code>
              <code className="wrong-part">
                <FlowText text={wrong} />
              </code>
            </>
          )}
        </p>
        {expected !== "" && <p className="soft">Expected {expected}.</p>}
        {wrong !== "" && (
          <button
            type="button"
            className="btn"
            onClick={() => goTo(error.at, Math.max(1, error.length))}
          >
            Show the place
          </button>
        )}
      </div>
    </div>
  );
}
