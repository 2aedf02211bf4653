"use client";
/** Why a change was refused. Changed by somebody else meanwhile: how it is now, and what next. */
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { describeSearch } from "@/components/views/saved-search";
import { currentIn } from "@/components/views/saved-view-api";
import type { SavedView } from "@/lib/drops/view";

type Props = {
  error: Error;
  /** The one that was to be changed. */
  view: SavedView;
  /** Does it all the same, to the version that is there now. */
  onAgain: (version: number) => void;
  onLeave: () => void;
};

export function ViewConflict({ error, view, onAgain, onLeave }: Props) {
  const current = currentIn(error);
  const meanwhile = current !== null && current.id === view.id;
  return (
    <div className="views-wrong" role="alert">
      <p>
        <Icon name="warn" className="c-audit" />{" "}
        {meanwhile ? (
          <>
            <b>Somebody changed it meanwhile.</b> It is now called “
            <FlowText text={current.name} />” and shows{" "}
            <FlowText text={describeSearch(current.search)} /> (version {current.version}). Your
            change was not made.
          </>
        ) : (
          <FlowText text={error.message} />
        )}
      </p>
      <p className="buttons">
        {meanwhile && (
          <button type="button" className="btn" onClick={() => onAgain(current.version)}>
            Change it all the same
          </button>
        )}
        <button type="button" className="btn" onClick={onLeave}>
          {meanwhile ? "Leave it so" : "Dismiss"}
        </button>
      </p>
    </div>
  );
}
