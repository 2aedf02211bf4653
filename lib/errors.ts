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

/** The same in every copy of this module. */
const BRAND = Symbol.for("droplens.AppError");

/**
 * `message` is one line for a person: the cause and what to do about it. The build puts a copy of
 * this class into each of its bundles, and what the runtime throws is caught in those of the
 * routes; so an error is known by its brand, and not by which copy made it.
 */
export class AppError extends Error {
  readonly [BRAND] = true;
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

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

/** One line of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
