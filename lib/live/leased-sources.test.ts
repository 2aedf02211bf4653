import { expect, it } from "vitest";
import type { LastClaim } from "@/lib/store/claims-table";
import type { Ingest } from "./ingest";
import { createLeasedSources } from "./leased-sources";
import type { SourceSetup } from "./source-setup";
import { toldBy } from "./told-report";

/** Those of a source are not looked into here. */
const setup = (id: string) => ({ id }) as SourceSetup;
const log = { debug() {}, info() {}, warn() {}, error() {} };

it("takes no second step with a source before the first is through, when another fails", async () => {
  const begun: string[] = [];
  let looks = 0;
  let goOn = () => {};
  const slow = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let passed = () => {};
  const all = new Promise<void>((resolve) => {
    passed = resolve;
  });
  const leased = createLeasedSources({
    claims: {
      async putClaims() {},
      async liveClaims(name) {
        if (name === "source/broken") {
          looks += 1;
          // Other ticks would have come by now if this one had not waited for the slow source.
          setTimeout(goOn, 30);
          throw new Error("away");
        }
        await slow;
        return [];
      },
      async lastClaims() {
        return [];
      },
    },
    sources: [setup("broken"), setup("slow")],
    replica: "a/1",
    begin: ({ id }) => {
      begun.push(id);
      if (id === "slow") passed();
      return {} as Ingest;
    },
    end: async () => {},
    report: () => {
      throw new Error("nobody asks");
    },
    flush: async () => {},
    onDoubt: () => {},
    onOverlap: () => {},
    log,
    renewMs: 1,
  });
  leased.start();
  await all;
  expect(looks).toBe(1);
  leased.close();
  expect(begun.filter((id) => id === "slow")).toHaveLength(1);
});

it("hears nothing of a claim that holds no report", () => {
  const claim: LastClaim = { name: "source/a", holder: "h/1", body: "{", isHeld: true, ageMs: 1 };
  expect(toldBy(claim)).toBeNull();
  expect(toldBy({ ...claim, body: "null" })).toBeNull();
  expect(toldBy({ ...claim, body: '{"id":"a"}' })).toBeNull();
});
