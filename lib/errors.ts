/**
 * The errors that a reader should hear about. Anything else that is thrown is a bug: it is logged
 * and answered with 500. Only `lib/http` knows which status belongs to which code.
 */

export const ERROR_CODES = [
  "bad-request",
  "not-found",
  "forbidden",
  "too-many",
  "too-large",
  "config",
  "store-locked",
  "store-newer",
  "store-unavailable",
  "unavailable",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** `message` is one line for a person: the cause and what to do about it. */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "AppError";
    this.code = code;
  }
}

/** One line of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
