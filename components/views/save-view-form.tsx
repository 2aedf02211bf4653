"use client";
/** Saves what is looked at under a name. A taken name can be given to it instead. */
import { type FormEvent, useState } from "react";
import { AuthorField } from "@/components/expectations/author-field";
import { useOperator } from "@/components/expectations/operator";
import { FlowText } from "@/components/ui/flow-text";
import { announce } from "@/components/values/announce";
import { describeSearch } from "@/components/views/saved-search";
import { changeSavedView, createSavedView, currentIn } from "@/components/views/saved-view-api";
import { useViewChange } from "@/components/views/use-saved-views";

export function SaveViewForm({ search }: { search: string }) {
  const operator = useOperator();
  const [name, setName] = useState("");
  const change = useViewChange();
  const taken = currentIn(change.error);
  const done = () => {
    announce(`Saved as ${name.trim()}.`);
    setName("");
    change.reset();
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    const view = { name: name.trim(), search, author: operator.name };
    change.mutate(() => createSavedView(view), { onSuccess: done });
  };
  const replace = () => {
    if (taken === null) return;
    const { id, version } = taken;
    change.mutate(() => changeSavedView(id, { search, version, author: operator.name }), {
      onSuccess: done,
    });
  };
  if (!operator.mayWrite)
    return <p className="views-note dim">You may open views, not save them.</p>;
  return (
    <form className="views-form" onSubmit={save}>
      <label htmlFor="view-name">
        <b>Save this view</b>{" "}
        <span className="dim">
          <FlowText text={describeSearch(search)} />
        </span>
      </label>
      <div className="views-line">
        <input
          id="view-name"
          className="input grow"
          placeholder="Name"
          autoComplete="off"
          maxLength={80}
          value={name}
          aria-describedby={change.error === null ? undefined : "view-problem"}
          onChange={(event) => {
            setName(event.target.value);
            change.reset();
          }}
        />
        <button
          type="submit"
          className="btn primary"
          disabled={name.trim() === "" || change.isPending}
        >
          Save
        </button>
      </div>
      {change.error !== null && (
        <div id="view-problem" className="views-wrong" role="alert">
          <p>
            <FlowText text={change.error.message} />
          </p>
          {taken !== null && (
            <button type="button" className="btn" onClick={replace}>
              Save over it
            </button>
          )}
        </div>
      )}
      <AuthorField operator={operator} />
    </form>
  );
}
