import { describe, expect, it } from "vitest";
import { formatSize } from "./size-text";

describe("formatSize", () => {
  it("counts by thousands, with a decimal where one digit stands before it", () => {
    const sizes = [0, 512, 960, 3_400_000, 999_600, 9_960_000, 12_300_000_000];
    expect(sizes.map(formatSize)).toEqual([
      ...["0 B", "512 B", "960 B", "3.4 MB", "1.0 MB", "10 MB", "12 GB"],
    ]);
  });

  it("has no unit above the terabyte", () => {
    expect(formatSize(4.2e15)).toBe("4200 TB");
  });
});
