/**
 * The account of every flow received: each ends in exactly one outcome, and this is the one place
 * where the counts change. What Hubble says it lost is no part of it: that never arrived.
 */

export type Rejection = "malformed" | "oversize" | "no-flow" | "bad-line";
export type Shedding = "queue-full" | "store-down" | "disk-full";

/** `received` = all the others together. Numbers of flows; `stored` is also the number of drops. */
export type Outcomes = {
  received: number;
  /** Drops in the store. */
  stored: number;
  /** Second flows of drops. */
  paired: number;
  /** Flows whose uuid had come before. */
  duplicate: number;
  /** Messages that were no readable flow. */
  rejected: Record<Rejection, number>;
  /** Flows whose verdict is neither DROPPED nor AUDIT. */
  outOfScope: number;
  /** Drops let go for want of room. */
  shed: Record<Shedding, number>;
  /** Waiting for a twin or for the store. */
  inFlight: number;
};

export type Account = {
  /** A flow or an unreadable message has come; it is in flight until one of the others is called. */
  receive(flows: number): void;
  store(drops: number): void;
  pair(flows: number): void;
  duplicate(flows: number): void;
  reject(reason: Rejection, flows: number): void;
  leaveOut(flows: number): void;
  shed(reason: Shedding, drops: number): void;
  /** The counts as they are now; a live object that must not be changed. */
  readonly outcomes: Readonly<Outcomes>;
};

export function createAccount(): Account {
  const outcomes = emptyOutcomes();
  const settle = (flows: number) => {
    outcomes.inFlight -= flows;
    return flows;
  };
  return {
    receive(flows) {
      outcomes.received += flows;
      outcomes.inFlight += flows;
    },
    store(drops) {
      outcomes.stored += settle(drops);
    },
    pair(flows) {
      outcomes.paired += settle(flows);
    },
    duplicate(flows) {
      outcomes.duplicate += settle(flows);
    },
    reject(reason, flows) {
      outcomes.rejected[reason] += settle(flows);
    },
    leaveOut(flows) {
      outcomes.outOfScope += settle(flows);
    },
    shed(reason, drops) {
      outcomes.shed[reason] += settle(drops);
    },
    outcomes,
  };
}

export function emptyOutcomes(): Outcomes {
  return {
    received: 0,
    stored: 0,
    paired: 0,
    duplicate: 0,
    rejected: { malformed: 0, oversize: 0, "no-flow": 0, "bad-line": 0 },
    outOfScope: 0,
    shed: { "queue-full": 0, "store-down": 0, "disk-full": 0 },
    inFlight: 0,
  };
}

/** Received less everything accounted for: 0 when the account adds up. */
export function balance(outcomes: Outcomes): number {
  const { received, stored, paired, duplicate, rejected, outOfScope, shed, inFlight } = outcomes;
  return received - stored - paired - duplicate - sum(rejected) - outOfScope - sum(shed) - inFlight;
}

/** What a test's relay knows that it sent, by what must become of it. */
export type Sent = Partial<
  Pick<Outcomes, "received" | "stored" | "paired" | "duplicate" | "outOfScope">
>;

/**
 * Judges an account against what was sent, once nothing is in flight any more: every complaint in
 * words, none when all is well. `inFlight` is what the queues really hold (0 at rest).
 */
export function judge(outcomes: Outcomes, sent: Sent, inFlight = 0): string[] {
  const complaints: string[] = [];
  const difference = balance(outcomes);
  if (difference !== 0) complaints.push(`received differs from its outcomes by ${difference}`);
  if (outcomes.inFlight !== inFlight) {
    complaints.push(`inFlight is ${outcomes.inFlight}, but the queues hold ${inFlight}`);
  }
  for (const [name, count] of counts(outcomes)) {
    if (count < 0) complaints.push(`${name} is ${count}`);
  }
  for (const [name, expected] of Object.entries(sent)) {
    const actual = outcomes[name as keyof Sent];
    if (actual !== expected) complaints.push(`${name} is ${actual}, but ${expected} were sent`);
  }
  return complaints;
}

function counts(outcomes: Outcomes): [string, number][] {
  return Object.entries(outcomes).flatMap(([name, value]): [string, number][] =>
    typeof value === "number"
      ? [[name, value]]
      : Object.entries(value).map(([reason, count]): [string, number] => [
          `${name}.${reason}`,
          count,
        ]),
  );
}

function sum(byReason: Record<string, number>): number {
  return Object.values(byReason).reduce((total, count) => total + count, 0);
}
