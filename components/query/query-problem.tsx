"use client";
import { FlowText } from "@/components/ui/flow-text";
/** What is wrong with the query, where, and the way out of it in one click. */
import { Icon } from "@/components/ui/icon";
import type { QueryError } from "@/lib/query/query-error";

export const PROBLEM_ID = "query-error";

type Props = {
  error: QueryError;
  draft: string;
  mended: string | null;
  mend: (draft: string) => void;
};

export function QueryProblem({ error, draft, mended, mend }: Props) {
  const rest = draft.slice(error.at, error.at + 24);
  return (
    <p className="query-error" id={PROBLEM_ID} role="alert">
      <Icon name="warn" className="c-dropped" />
      <span>
        <b>{error.message}</b>{" "}
        <span className="soft">
          At character {error.at + 1}
          {rest !== "" && (
            <>
              : <code>{draft.slice(Math.max(0, error.at - 16), error.at)}</code>
              <code className="wrong-part">{rest}</code>
            </>
          )}
        </span>
      </span>
      {mended !== null && (
        <button
          type="button"
          className="btn query-mend"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => mend(mended)}
        >
          Use <FlowText text={mended} className="mono cut" />
        </button>
      )}
    </p>
  );
}
