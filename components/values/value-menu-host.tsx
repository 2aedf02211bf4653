"use client";
/** The one menu behind every `ValueMenu` of the page, and the line that says what it did. */
import { type ReactNode, useEffect, useRef } from "react";
import { copyText } from "@/components/ui/copy-text";
import { FlowText } from "@/components/ui/flow-text";
import type { IconName } from "@/components/ui/icon";
import { Menu, type MenuAction, type MenuHandle } from "@/components/ui/menu";
import { announce, useAnnouncement } from "@/components/values/announce";
import {
  actOnValue,
  queryIn,
  stateOfValues,
  type ValueAction,
} from "@/components/values/change-query";
import {
  type AskedValue,
  type Chosen,
  chooseValue,
  shownText,
  useChosenValue,
} from "@/components/values/chosen-value";
import { visibleText } from "@/lib/drops/visible-text";

export function ValueMenuHost() {
  const chosen = useChosenValue();
  const menu = useRef<MenuHandle>(null);
  const said = useAnnouncement();
  // The popover is the browser's: it opens once the items of the new value are drawn.
  useEffect(() => {
    if (chosen !== null) menu.current?.open(chosen.beside);
  }, [chosen]);
  const { label, head, actions } = chosen === null ? NOTHING : contentOf(chosen);
  return (
    // Of the page itself, and so in none of its landmarks.
    <section aria-label="Menu of a value">
      <Menu id="value-menu" label={label} head={head} actions={actions} handle={menu} />
      <output className="sr-only" aria-live="polite" data-announcement>
        {said}
      </output>
    </section>
  );
}

const NOTHING: Content = { label: "Value", head: null, actions: [] };

type Content = { label: string; head: ReactNode; actions: MenuAction[] };

/** What can be done with the one value, or which of several is meant. */
function contentOf({ among, beside }: Chosen): Content {
  const [first, ...others] = among;
  if (first === undefined) return NOTHING;
  if (others.length === 0) {
    const shown = shownText(first);
    const head = (
      <>
        <span className="dim">{first.field}</span> <FlowText className="cut" text={shown} />
      </>
    );
    return { label: `${first.field} ${shown}`, head, actions: actionsOf(first) };
  }
  const actions = among.map((value) => ({
    before: value.field,
    name: visibleText(shownText(value)),
    run: () => chooseValue(value, beside),
  }));
  return { label: "Values of the row", head: "Filter by a value of the row", actions };
}

function actionsOf({ field, values, label }: AskedValue): MenuAction[] {
  const query = queryIn(window.location.search);
  const text = values.length === 1 ? (values[0] ?? "") : (label ?? values.join(", "));
  const copy: MenuAction = {
    name: "Copy",
    icon: "copy",
    run: () =>
      void copyText(text).then((copied) => announce(copied ? "Copied." : "Could not copy.")),
  };
  const copies = text === "" ? [] : [copy];
  // A query that cannot be understood cannot be edited.
  if (query === null) return copies;
  const state = stateOfValues(query, field, values);
  const edit = (name: string, icon: IconName, action: ValueAction): MenuAction => ({
    name,
    icon,
    run: () => actOnValue(action, field, values),
  });
  return [
    ...(state === "included" ? [] : [edit("Include", "plus", "include")]),
    ...(state === "excluded" ? [] : [edit("Exclude", "minus", "exclude")]),
    edit("Only this", "filter", "only"),
    ...(state === "free" ? [] : [edit("Take out of the query", "close", "remove")]),
    ...copies,
  ];
}
