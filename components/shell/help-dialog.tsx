"use client";
/** Every key and what it does. */
import type { RefObject } from "react";
import { Icon } from "@/components/ui/icon";

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [["/"], "Go to the query"],
  [["j", "k"], "Next, previous group (also the arrow keys)"],
  [["Enter", "o"], "Open the group; again: go to its details"],
  [["Esc"], "Close what is open"],
  [["l"], "Live or paused"],
  [["s"], "Take in what waits: new groups and the new order"],
  [["d"], "Row height"],
  [["y"], "Copy a link to what you see"],
  [["t"], "Theme: system, light, dark"],
  [["g", "t"], "Go to Triage"],
  [["?"], "This list"],
];

export function HelpDialog({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="help-title" closedby="any">
      <form method="dialog" className="dialog-head">
        <h2 id="help-title">Keyboard</h2>
        <button type="submit" className="btn quiet icon" aria-label="Close">
          <Icon name="close" />
        </button>
      </form>
      <dl className="keys">
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="dim">Never while you type. Every key has a button too.</p>
    </dialog>
  );
}
