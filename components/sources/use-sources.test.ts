import { afterEach, describe, expect, it, vi } from "vitest";
import { presentMs, setServerClock } from "@/components/ui/ticker";
import { sampleStoreReport } from "@/lib/drops/sample-store-report";
import { takeAnswer } from "./use-sources";

const answerOf = (more: object) => ({ sources: [], store: sampleStoreReport(), ...more });

afterEach(() => {
  vi.unstubAllGlobals();
  setServerClock(Date.now());
});

describe("an answer about the sources", () => {
  it("brings the server's clock, by which this screen's ages go", () => {
    vi.stubGlobal("document", { documentElement: { dataset: { build: "one" } } });
    const hourOn = Date.now() + 3_600_000;
    takeAnswer(answerOf({ at: new Date(hourOn).toISOString(), build: "one" }));
    expect(presentMs()).toBeGreaterThanOrEqual(hourOn);
  });

  it("says that the page is of another build, and nothing where it does not know", () => {
    vi.stubGlobal("document", { documentElement: { dataset: { build: "one" } } });
    const at = new Date().toISOString();
    expect(takeAnswer(answerOf({ at, build: "one" })).isOutdated).toBe(false);
    expect(takeAnswer(answerOf({ at, build: "two" })).isOutdated).toBe(true);
    expect(takeAnswer(answerOf({ at })).isOutdated).toBe(false);
  });

  it("of another form is refused with what to do", () => {
    expect(() => takeAnswer({ sources: [] })).toThrow("Reload the page.");
  });
});
