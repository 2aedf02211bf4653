import { describe, expect, it, vi } from "vitest";
import { problemOf } from "@/lib/http/problem";
import { AppError } from "./errors";

describe("AppError", () => {
  it("is one for every copy of this module that a process has loaded", async () => {
    vi.resetModules();
    const copy = await import("./errors");
    expect(copy.AppError).not.toBe(AppError);
    const error = new copy.AppError("not-found", "It is gone.", { extra: { current: 1 } });
    expect(error).toBeInstanceOf(AppError);
    expect(problemOf(error)).toMatchObject({
      known: true,
      problem: { status: 404, detail: "It is gone.", current: 1 },
    });
  });

  it.each([new Error("a"), null, undefined, "AppError", { name: "AppError", code: "not-found" }])(
    "is not %o",
    (value) => {
      expect(value).not.toBeInstanceOf(AppError);
    },
  );
});
