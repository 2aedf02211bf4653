"use client";
/** Every key and what it does. */
import { Icon } from "@/components/ui/icon";

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [["/"], "Go to the query"],
  [["j", "k"], "Next, previous row (also the arrow keys)"],
  [["Enter", "o"], "Open the row; again: go to its details"],
  [["m"], "Menu of the row: filter by one of its values"],
  [["Esc"], "Close what is open"],
  [["e"], "Mark the group as expected; without one, the query"],
  [["z"], "Undo what the last message tells"],
  [["l"], "Live or paused"],
  [["s"], "Take in what waits: new rows and the new order"],
  [["b"], "Group by: choose what a row stands for"],
  [["f"], "Facets: show or hide"],
  [["n"], "Graph: find a node"],
  [["x"], "Expected: select the row"],
  [["v"], "Saved views"],
  [["d"], "Row height"],
  [["y"], "Share: a link to what you see"],
  [["t"], "Theme: system, light, dark"],
  [["[", "]"], "Earlier, later"],
  [["-"], "A range twice as long"],
  [["c"], "Open a capture: a file of Hubble's flows"],
  [["g", "t"], "Go to Triage"],
  [["g", "g"], "Go to the graph"],
  [["g", "f"], "Go to Flows"],
  [["g", "e"], "Go to Expected"],
  [["g", "s"], "Go to Sources"],
  [["?"], "This list"],
];

/** The element id of the list, for the buttons that open it. */
export const HELP_ID = "help";

/** Opens or closes the list. */
export function toggleHelp(): void {
  document.getElementById(HELP_ID)?.togglePopover();
}

export function HelpDialog() {
  return (
    <div id={HELP_ID} popover="auto" role="dialog" className="dialog" aria-labelledby="help-title">
      <div className="dialog-head">
        <h2 id="help-title">Keyboard</h2>
        <button
          type="button"
          className="btn quiet icon"
          aria-label="Close"
          popoverTarget={HELP_ID}
          popoverTargetAction="hide"
        >
          <Icon name="close" />
        </button>
      </div>
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
    </div>
  );
}
