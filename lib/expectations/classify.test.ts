import { describe, expect, it } from "vitest";
import { buildDrop } from "@/lib/drops/build-drop";
import type { Drop } from "@/lib/drops/drop";
import { SAMPLE_TIME_MS, sampleFlow } from "@/lib/drops/sample-flow";
import { createSeriesIndex } from "@/lib/drops/series";
import { classify } from "./classify";
import type { Expectation } from "./expectation";
import { sampleExpectation } from "./sample-expectation";

const always = () => true;

function dropAt(offsetMs: number): Drop {
  const flow = sampleFlow({ timeMs: SAMPLE_TIME_MS + offsetMs });
  const series = createSeriesIndex().of(flow, null);
  return buildDrop(flow, null, { series, attempt: 1, origin: "test" });
}

describe("classify", () => {
  it("names the expectation that a drop falls under", () => {
    const expectation = sampleExpectation();
    expect(classify(dropAt(0), [expectation], always).expectedBy).toBe(expectation);
  });

  it("leaves a drop unexpected that no query matches", () => {
    expect(classify(dropAt(0), [sampleExpectation()], () => false).expectedBy).toBeNull();
  });

  it.each([
    [-1001, false],
    [-1000, true],
    [999, true],
    [1000, false],
  ])(
    "applies from its start up to its expiry, not itself included: %i ms",
    (offsetMs, isExpected) => {
      const { expectedBy } = classify(dropAt(offsetMs), [sampleExpectation()], always);
      expect(expectedBy !== null).toBe(isExpected);
    },
  );

  it("applies without end when it has no expiry", () => {
    const { expectedBy } = classify(dropAt(1e9), [sampleExpectation({ expiresAt: null })], always);
    expect(expectedBy).not.toBeNull();
  });

  it("hides nothing when the query cannot be evaluated, and asks the others", () => {
    const broken = sampleExpectation({ id: "broken" });
    const sound = sampleExpectation({ id: "sound" });
    const matches = (expectation: Expectation) => {
      if (expectation === broken) throw new Error("broken");
      return true;
    };
    expect(classify(dropAt(0), [broken], matches).expectedBy).toBeNull();
    expect(classify(dropAt(0), [broken, sound], matches).expectedBy).toBe(sound);
  });

  it.each([{ appliesFrom: "soon" }, { expiresAt: "later" }])(
    "hides nothing when a time cannot be read: %j",
    (times) => {
      expect(classify(dropAt(0), [sampleExpectation(times)], always).expectedBy).toBeNull();
    },
  );

  it("hides nothing on trial, and says what would be hidden", () => {
    const trial = sampleExpectation({ mode: "trial" });
    expect(classify(dropAt(0), [trial], always)).toEqual({ expectedBy: null, onTrial: [trial] });
  });
});
