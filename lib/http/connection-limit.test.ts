import { describe, expect, it } from "vitest";
import { connectionLimit, descriptorLimit } from "./connection-limit";

describe("connectionLimit", () => {
  it.each([
    [1_048_576, 1_048_376],
    [1_024, 824],
    [256, 128],
    [128, 64],
    [1, 1],
  ])("keeps descriptors back for the store and the sources: of %i, %i", (descriptors, limit) => {
    expect(connectionLimit(descriptors)).toBe(limit);
  });
});

describe("descriptorLimit", () => {
  it.skipIf(process.platform !== "linux")("is what the system says of this process", () => {
    expect(descriptorLimit() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(0);
  });
});
