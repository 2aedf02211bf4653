/** Adding up drops and attempts by state. */
import { GROUP_STATES, type GroupState } from "@/lib/drops/view";
import type { StateTallies, Tally } from "./graph";

export function newTally(): Tally {
  return { drops: 0, attempts: 0 };
}

export function addTally(sum: Tally, { drops, attempts }: Tally): void {
  sum.drops += drops;
  sum.attempts += attempts;
}

/** Adds to one state of `states`, which gains it where it was not there. */
export function addState(states: StateTallies, state: GroupState, more: Tally): void {
  const sum = states[state] ?? newTally();
  addTally(sum, more);
  states[state] = sum;
}

export function addStates(states: StateTallies, more: StateTallies): void {
  for (const state of GROUP_STATES) {
    const tally = more[state];
    if (tally !== undefined) addState(states, state, tally);
  }
}

/** The neediest state that has drops. */
export function worstState(states: StateTallies): GroupState {
  return GROUP_STATES.find((state) => (states[state]?.drops ?? 0) > 0) ?? "expected";
}

/** More attempts, then more drops, come first; then the smaller id. */
export function byBusiest(a: Tally & { id: string }, b: Tally & { id: string }): number {
  return b.attempts - a.attempts || b.drops - a.drops || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
