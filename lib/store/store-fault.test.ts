import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/errors";
import { damagedParts, faultOf } from "./store-fault";

/** As chDB and Node say it. */
const WORDS = [
  [
    "full",
    "Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)",
  ],
  ["full", "ENOSPC: no space left on device, write"],
  ["read-only", "EROFS: read-only file system, mkdir '/data/clickhouse'"],
  ["unreachable", "connect ECONNREFUSED 10.0.0.1:8123"],
  ["damaged", "Too large size_compressed_without_checksum: 1476395066. Most likely corrupted data"],
  [
    "damaged",
    "Code: 40. DB::Exception: Checksum doesn't match: corrupted data. (CHECKSUM_DOESNT_MATCH)",
  ],
  ["damaged", "File /data/clickhouse/store/9f0/data.bin doesn't exist (FILE_DOESNT_EXIST)"],
  [
    "failing",
    "Cannot open file data.bin, errno: 24, strerror: Too many open files (CANNOT_OPEN_FILE)",
  ],
  [
    "failing",
    "Memory limit (total) exceeded (MEMORY_LIMIT_EXCEEDED): while reading from part /a/b/",
  ],
  ["failing", "Failed to create connection for path '/data/clickhouse'"],
] as const;

describe("faultOf", () => {
  it.each(WORDS)("is %s for: %s", (fault, words) => {
    expect(faultOf(new Error(words))).toBe(fault);
    const told = new AppError("store-unavailable", "The store could not write", {
      cause: new Error(words),
    });
    expect(faultOf(told)).toBe(fault);
  });

  it("goes by the code where there is one", () => {
    expect(faultOf(new AppError("store-locked", "in use"))).toBe("locked");
    expect(faultOf(new AppError("store-newer", "99"))).toBe("newer");
    expect(faultOf(undefined)).toBe("failing");
  });
});

it("finds the part that an error names", () => {
  const words =
    "(while reading column time): (while reading from part /d/store/9f0/9f04341f-cbbc/20261121_9_9_0/ in table default.drops (9f04341f-cbbc) located on disk default of type local)";
  expect(damagedParts(new Error(words))).toEqual([{ table: "drops", part: "20261121_9_9_0" }]);
});
