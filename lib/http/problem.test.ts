import { describe, expect, it, vi } from "vitest";
import { AppError } from "@/lib/errors";
import { problemOf } from "./problem";

describe("AppError", () => {
  it("is known whichever copy of its module made it", async () => {
    vi.resetModules();
    const copy = await import("@/lib/errors");
    expect(copy.AppError).not.toBe(AppError);
    const error = new copy.AppError("conflict", "Taken.", { extra: { current: 1 } });
    expect(error instanceof AppError).toBe(true);
    expect(problemOf(error)).toMatchObject({
      known: true,
      problem: { status: 409, detail: "Taken.", current: 1 },
    });
  });

  it("is no other error", () => {
    expect(new Error("x") instanceof AppError).toBe(false);
    expect(problemOf(new TypeError("x")).problem.status).toBe(500);
    expect(problemOf(null).known).toBe(false);
  });
});
