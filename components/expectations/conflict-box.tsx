"use client";
/** Somebody else changed the expectation meanwhile: what they did, and whose word stands. */
import type { Conflict } from "@/components/expectations/api";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";

export type Settlement = "take-over" | "discard";

type Props = { conflict: Conflict; onSettle: (how: Settlement) => void };

export function ConflictBox({ conflict, onSettle }: Props) {
  return (
    <section className="conflict" role="alert" aria-label="Changed meanwhile">
      <p>
        <Icon name="warn" className="c-audit" />
        <b>Changed while you were editing.</b>
      </p>
      {conflict.changes.length === 0 ? (
        <p>{conflict.detail}</p>
      ) : (
        <ul>
          {conflict.changes.map((text) => (
            <li key={text}>
              <FlowText text={text} />
            </li>
          ))}
        </ul>
      )}
      <p className="buttons">
        <button type="button" className="btn" onClick={() => onSettle("take-over")}>
          Save mine over it
        </button>
        <button type="button" className="btn" onClick={() => onSettle("discard")}>
          Discard mine, show theirs
        </button>
      </p>
    </section>
  );
}
