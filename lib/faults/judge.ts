/**
 * For tests: the judge. Once faults are over and nothing is in flight it holds what a relay handed
 * out against what the accounts say and what the store gives back. Pure: all it needs is given.
 */
import { judge as judgeAccount, type Outcomes } from "@/lib/drops/accounting";
import type { Gap } from "@/lib/drops/view";
import { evidenceOfBytes } from "@/lib/hubble/evidence";
import { Flow } from "@/lib/hubble/generated/flow/flow";
import { messageToJson } from "@/lib/hubble/write-json";
import type { Entry, Ledger } from "./ledger";

export type Epoch = {
  /** The account of one life of the process. Flows in flight at its end are read again later. */
  outcomes: Outcomes;
  /** It was killed: what it counted last is not known. */
  isTorn?: boolean;
};

export type Case = {
  ledgers: readonly Ledger[];
  epochs: readonly Epoch[];
  /** Drops in the store. */
  drops: number;
  /** Flows read back from the store, by uuid; each element is one time that it was found. */
  stored: ReadonlyMap<string, readonly unknown[]>;
  /** Spans of flow time in which flows may be missing, because the screen says so. */
  gaps: readonly Gap[];
};

/** What became of the flows of a case: one row of the printed table each. */
export type Tally = {
  sent: number;
  stored: number;
  outOfScope: number;
  shed: number;
  inGaps: number;
  unaccounted: number;
  doubled: number;
  invented: number;
  altered: number;
};

const NAMED = 3;

/** Every complaint in words, none when all is well, and the figures behind them. */
export function judgeCase(given: Case): { complaints: string[]; tally: Tally } {
  const complaints = given.epochs.flatMap(({ outcomes }, at) =>
    judgeAccount(outcomes, {}, outcomes.inFlight).map((one) => `epoch ${at}: ${one}`),
  );
  const entries = new Map(given.ledgers.flatMap((ledger) => [...ledger.entries]));
  const drops = [...entries.values()].filter(({ fate }) => fate === "drop");
  const missing = drops.filter(({ uuid }) => !given.stored.has(uuid));
  const inGaps = missing.filter(({ timeMs }) => isIn(given.gaps, timeMs));
  const shed = total(given.epochs, ({ shed }) => sum(shed));
  // Before pairing flows are let go, after it drops, which are of one flow or two.
  const beforePairing = total(given.epochs, (outcomes) => outcomes.shed["queue-full"]);
  const shedFlows = 2 * shed - beforePairing;
  const unexplained = missing.filter((entry) => !inGaps.includes(entry));
  const unaccounted = unexplained.slice(0, Math.max(0, unexplained.length - shedFlows));
  if (unaccounted.length > 0) {
    complaints.push(
      `${unexplained.length} flows are neither stored nor in a gap and ${shed} are counted as shed: ${named(unaccounted)}`,
    );
  }
  const doubled = [...given.stored].filter(
    ([uuid, found]) => found.length > (entries.get(uuid)?.versions.length ?? 1),
  );
  if (doubled.length > 0) complaints.push(`stored more than once: ${named(doubled)}`);
  const invented = [...given.stored.keys()].filter((uuid) => entries.get(uuid)?.fate !== "drop");
  if (invented.length > 0) complaints.push(`stored and never sent as drops: ${named(invented)}`);
  const altered = [...given.stored].filter(([uuid, found]) => isAltered(entries.get(uuid), found));
  if (altered.length > 0) complaints.push(`not stored as sent: ${named(altered)}`);
  complaints.push(...countComplaints(given));
  return {
    complaints,
    tally: {
      sent: drops.length,
      stored: drops.length - missing.length,
      outOfScope: entries.size - drops.length,
      shed,
      inGaps: inGaps.length,
      unaccounted: unaccounted.length,
      doubled: doubled.length,
      invented: invented.length,
      altered: altered.length,
    },
  };
}

/** The accounts' own figures against the store's and the ledger's. */
function countComplaints({ ledgers, epochs, drops, stored }: Case): string[] {
  if (epochs.some(({ isTorn }) => isTorn)) return [];
  const complaints: string[] = [];
  const counted = total(epochs, (outcomes) => outcomes.stored);
  if (counted !== drops) complaints.push(`${counted} drops counted, ${drops} in the store`);
  const flows = counted + total(epochs, (outcomes) => outcomes.paired);
  // What was joined and then shed, or not stored when a process ended, counts as paired there.
  const slack =
    total(epochs.slice(0, -1), (outcomes) => outcomes.inFlight) +
    total(epochs, (outcomes) => sum(outcomes.shed));
  const found = [...stored.values()].reduce((all, one) => all + one.length, 0);
  if (flows < found || flows > found + slack) {
    complaints.push(`the accounts have ${flows} flows stored, the store has ${found}`);
  }
  const handed = ledgers.reduce((all, one) => all + one.handed, 0);
  const rejected = total(epochs, (outcomes) => sum(outcomes.rejected));
  const received = total(epochs, (outcomes) => outcomes.received) - rejected;
  // What an ending process kept in a file counts as received by the next one.
  const carried = total(epochs.slice(0, -1), (outcomes) => outcomes.inFlight);
  if (received > handed + carried) {
    complaints.push(`${received} flows received of ${handed} handed out`);
  }
  for (const reason of ["malformed", "oversize"] as const) {
    const sent = ledgers.reduce((all, one) => all + one.rejected[reason], 0);
    const told = total(epochs, (outcomes) => outcomes.rejected[reason]);
    if (told > sent) complaints.push(`${told} counted as ${reason} of ${sent} sent`);
  }
  return complaints;
}

/** Stored evidence is what was sent, but for secrets and what is too long, which have rules. */
function isAltered(entry: Entry | undefined, found: readonly unknown[]): boolean {
  if (entry === undefined) return false;
  const sent = new Set(entry.versions.map(keptOf));
  return found.some((one) => !sent.has(JSON.stringify(sorted(one))));
}

function keptOf(bytes: Buffer): string {
  const kept = evidenceOfBytes(bytes, 0, bytes.length, Flow.decode(bytes).l7 !== undefined);
  const { extensions: _, ...sent } = messageToJson("flow.Flow", Flow.decode(kept));
  return JSON.stringify(sorted(sent));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
    key,
    sorted(item),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isIn(gaps: readonly Gap[], timeMs: number): boolean {
  return gaps.some((gap) => !gap.refilled && gap.fromMs <= timeMs && timeMs <= gap.toMs);
}

function total(epochs: readonly Epoch[], count: (outcomes: Outcomes) => number): number {
  return epochs.reduce((all, { outcomes }) => all + count(outcomes), 0);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}

function named(things: readonly ({ uuid: string } | string | [string, unknown])[]): string {
  const names = things.map((one) =>
    typeof one === "string" ? one : Array.isArray(one) ? one[0] : one.uuid,
  );
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : "";
  return `${names.slice(0, NAMED).join(", ")}${more}`;
}
