/**
 * The errors that a reader should hear about. Anything else that is thrown is a bug: it is logged
 * and answered with 500. Only `lib/http` knows which status belongs to which code.
 */

export const ERROR_CODES = [
  "bad-request",
  "unauthorized",
  "not-found",
  "conflict",
  "forbidden",
  "too-many",
  "too-large",
  "unsupported-media",
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
  /** Further members of the answer, such as the `current` state that a change conflicts with. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    { extra = {}, ...options }: { cause?: unknown; extra?: Record<string, unknown> } = {},
  ) {
    super(message, options);
    this.name = "AppError";
    this.code = code;
    this.extra = extra;
  }
}

/** One line of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
