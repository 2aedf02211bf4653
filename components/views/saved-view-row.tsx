"use client";
/** One saved view: opened by its name; renamed, updated or deleted by the buttons beside it. */
import { type MouseEvent, useState } from "react";
import { useOperator } from "@/components/expectations/operator";
import { showToast } from "@/components/expectations/toasts";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { RenameForm } from "@/components/views/rename-form";
import { describeSearch } from "@/components/views/saved-search";
import {
  changeSavedView,
  createSavedView,
  removeSavedView,
  type SavedViewChange,
} from "@/components/views/saved-view-api";
import { useViewChange } from "@/components/views/use-saved-views";
import { ViewConflict } from "@/components/views/view-conflict";
import type { SavedView } from "@/lib/drops/view";

type Props = {
  view: SavedView;
  /** Of what is looked at now. */
  search: string;
  onDone: () => void;
};

export function SavedViewRow({ view, search, onDone }: Props) {
  const operator = useOperator();
  const change = useViewChange();
  // The version that the new name is meant for: the list is read anew while one types.
  const [renaming, setRenaming] = useState<number | null>(null);
  // What was wanted when it was refused, to do it again on what there is now.
  const [wanted, setWanted] = useState<Omit<SavedViewChange, "version"> | null>(null);
  const send = (what: Omit<SavedViewChange, "version">, version: number) => {
    setWanted(what);
    change.mutate(() => changeSavedView(view.id, { ...what, version }), {
      onSuccess: () => {
        setWanted(null);
        setRenaming(null);
      },
    });
  };
  const isShown = view.search === search;
  return (
    <li className="saved">
      {renaming !== null ? (
        <RenameForm
          name={view.name}
          onRename={(name) => send({ name, author: operator.name }, renaming)}
          onCancel={() => setRenaming(null)}
        />
      ) : (
        <a
          className="saved-name"
          href={view.search === "" ? "/" : `/${view.search}`}
          aria-current={isShown ? "page" : undefined}
          onClick={(event) => {
            if (openHere(event, view.search)) onDone();
          }}
        >
          <b className="cut">
            <FlowText text={view.name} />
          </b>
          <span className="saved-what cut">
            <FlowText text={describeSearch(view.search)} />
          </span>
        </a>
      )}
      <p className="saved-who dim">
        <FlowText text={view.author === "" ? "nobody signed" : view.author} />
        {view.author !== "" && !view.authorVerified && " (unverified)"}, updated{" "}
        <Ago time={view.updatedAt} before="Updated " /> ago
      </p>
      {operator.mayWrite && renaming === null && (
        <p className="saved-acts">
          <button
            type="button"
            aria-label={`Rename ${view.name}`}
            onClick={() => setRenaming(view.version)}
          >
            Rename
          </button>
          <button
            type="button"
            aria-label={`Update ${view.name} to what is shown now`}
            disabled={isShown || change.isPending}
            title={isShown ? "It is what is shown" : "Give this name to what is shown now"}
            onClick={() => send({ search, author: operator.name }, view.version)}
          >
            Update
          </button>
          <button
            type="button"
            aria-label={`Delete ${view.name}`}
            onClick={() =>
              // Told from within: once it is gone, so is this row with whatever waits in it.
              change.mutate(async () => {
                await removeSavedView(view.id);
                tellDeleted(view, change.mutateAsync);
              })
            }
          >
            Delete
          </button>
        </p>
      )}
      {change.error !== null && (
        <ViewConflict
          error={change.error}
          view={view}
          onAgain={(version) => wanted !== null && send(wanted, version)}
          onLeave={() => {
            change.reset();
            setRenaming(null);
          }}
        />
      )}
    </li>
  );
}

/** Without loading the page anew, unless another tab is asked for. */
function openHere(event: MouseEvent, search: string): boolean {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return false;
  event.preventDefault();
  window.history.pushState(null, "", search === "" ? window.location.pathname : search);
  return true;
}

function tellDeleted(view: SavedView, run: (work: () => Promise<void>) => Promise<void>): void {
  const { name, search, author } = view;
  showToast({
    text: `Deleted the view “${name}”.`,
    action: {
      label: "Undo",
      run: () =>
        run(() => createSavedView({ name, search, author })).catch((error: unknown) =>
          showToast({
            text: error instanceof Error ? error.message : "It could not be brought back.",
            wrong: true,
          }),
        ),
    },
  });
}
