/** An expectation for tests, around the time of `sampleFlow`. */
import { SAMPLE_TIME_MS } from "@/lib/drops/sample-flow";
import { type Expectation, NOTHING_KNOWN } from "./expectation";

export function sampleExpectation(overrides: Partial<Expectation> = {}): Expectation {
  return {
    id: "e1",
    query: "port:5432",
    reason: "The report job is not meant to reach the database.",
    author: "ada",
    authorVerified: false,
    ticket: "",
    createdAt: sampleTime(0),
    updatedAt: sampleTime(0),
    appliesFrom: sampleTime(-1000),
    expiresAt: sampleTime(1000),
    ceilingPerMinute: null,
    mode: "hide",
    watch: [],
    known: NOTHING_KNOWN,
    revokedAt: null,
    file: null,
    version: 1,
    ...overrides,
  };
}

/** RFC 3339, so many milliseconds from the sample flow. */
function sampleTime(offsetMs: number): string {
  return new Date(SAMPLE_TIME_MS + offsetMs).toISOString();
}
