import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balance, createAccount, emptyOutcomes, judge } from "./accounting";

describe("createAccount", () => {
  it("adds up after any sequence of outcomes", () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 100 })));
    fc.assert(
      fc.property(steps, (list) => {
        const account = createAccount();
        for (const [step, count] of list) {
          if (step === 0) account.receive(count);
          if (step === 1) account.store(count);
          if (step === 2) account.pair(count);
          if (step === 3) account.duplicate(count);
          if (step === 4) account.reject("malformed", count);
          if (step === 5) account.leaveOut(count);
          if (step === 6) account.shed("queue-full", count);
        }
        expect(balance(account.outcomes)).toBe(0);
      }),
    );
  });

  it("holds a flow in flight until its outcome is known", () => {
    const account = createAccount();
    account.receive(2);
    account.pair(1);
    expect(account.outcomes.inFlight).toBe(1);
    account.store(1);
    expect(account.outcomes).toMatchObject({ received: 2, paired: 1, stored: 1, inFlight: 0 });
  });
});

describe("balance", () => {
  it("is the number of flows without an outcome", () => {
    expect(balance({ ...emptyOutcomes(), received: 5, stored: 2, paired: 1 })).toBe(2);
  });
});

describe("judge", () => {
  const account = createAccount();
  account.receive(3);
  account.store(2);

  it("is silent when all is well", () => {
    expect(judge(account.outcomes, { received: 3, stored: 2 }, 1)).toEqual([]);
  });

  it("names what was not at rest, what does not add up and what differs from what was sent", () => {
    const torn = { ...account.outcomes, stored: -1 };
    expect(judge(torn, { received: 4 })).toEqual([
      "received differs from its outcomes by 3",
      "inFlight is 1, but the queues hold 0",
      "stored is -1",
      "received is 3, but 4 were sent",
    ]);
  });
});
