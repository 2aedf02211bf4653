"use client";
/** The one menu behind every `ValueMenu` of the page, and the line that says what it did. */
import { useEffect, useRef } from "react";
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
import { type ChosenValue, useChosenValue } from "@/components/values/chosen-value";

export function ValueMenuHost() {
  const chosen = useChosenValue();
  const menu = useRef<MenuHandle>(null);
  const said = useAnnouncement();
  // The popover is the browser's: it opens once the items of the new value are drawn.
  useEffect(() => {
    if (chosen !== null) menu.current?.open(chosen.beside);
  }, [chosen]);
  const shown = chosen === null ? "" : (chosen.label ?? (chosen.values.join(", ") || "none"));
  return (
    // Of the page itself, and so in none of its landmarks.
    <section aria-label="Menu of a value">
      <Menu
        id="value-menu"
        label={chosen === null ? "Value" : `${chosen.field} ${shown}`}
        head={
          <>
            <span className="dim">{chosen?.field}</span> <FlowText className="cut" text={shown} />
          </>
        }
        actions={chosen === null ? [] : actionsOf(chosen)}
        handle={menu}
      />
      <output className="sr-only" aria-live="polite" data-announcement>
        {said}
      </output>
    </section>
  );
}

function actionsOf({ field, values, label }: ChosenValue): MenuAction[] {
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
