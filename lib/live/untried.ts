/** Failures before anything was written: the store was not there, or had no room left. */
import type { AppError } from "@/lib/errors";

const errors = new WeakSet<object>();

/** Marks the error as one of these. */
export function untried(error: AppError): AppError {
  errors.add(error);
  return error;
}

/** Whether nothing can have been written of what failed so. */
export function isUntried(error: unknown): boolean {
  return typeof error === "object" && error !== null && errors.has(error);
}
