/**
 * What a failure of the store comes from, read from the words of the system and of ClickHouse. The
 * names in capitals are ClickHouse's own (src/Common/ErrorCodes.cpp), which its messages carry.
 */
import { AppError } from "@/lib/errors";
import { type ServerFault, serverFaultOf } from "./server-error";

/** `failing` is everything else. */
export type StoreFault =
  | "full"
  | "read-only"
  | "locked"
  | "newer"
  | "damaged"
  | "unreachable"
  | "failing";

const FULL = /ENOSPC|EDQUOT|EFBIG|No space left|NOT_ENOUGH_SPACE|not enough space|File too large/i;
const READ_ONLY = /EROFS|EACCES|EPERM|Read-only file system|Permission denied|TABLE_IS_READ_ONLY/i;
const UNREACHABLE =
  /ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|socket hang up/;
/** Want of something that comes back, or of a second engine: what cannot be opened for it is whole. */
const SHORT =
  /EMFILE|ENFILE|Too many open files|Cannot allocate memory|MEMORY_LIMIT_EXCEEDED|ENOMEM|only one active data directory/i;
const DAMAGED = new RegExp(
  [
    "corrupted data|checksum doesn't match|Most likely corrupted",
    "CORRUPTED_DATA|CHECKSUM_DOESNT_MATCH|TOO_LARGE_SIZE_COMPRESSED|CANNOT_DECOMPRESS",
    "CANNOT_READ_ALL_DATA|ATTEMPT_TO_READ_AFTER_EOF|FILE_DOESNT_EXIST|INCORRECT_DATA|INCORRECT_MARK",
    "BAD_SIZE_OF_FILE_IN_DATA_PART|NO_FILE_IN_DATA_PART|UNEXPECTED_FILE_IN_DATA_PART",
    "TOO_MANY_UNEXPECTED_DATA_PARTS|UNKNOWN_FORMAT_VERSION|UNKNOWN_TABLE|UNKNOWN_CODEC",
    "CANNOT_READ_FROM_FILE_DESCRIPTOR|CANNOT_OPEN_FILE|DIRECTORY_DOESNT_EXIST|ENOENT",
    "Bad size of file|No such file or directory",
  ].join("|"),
  "i",
);

/** What a server says of itself needs no reading of words. */
const OF_SERVER: Readonly<Record<ServerFault, StoreFault>> = {
  unreachable: "unreachable",
  timeout: "unreachable",
  tls: "unreachable",
  "sign-in": "failing",
  database: "failing",
  tables: "failing",
  access: "failing",
  busy: "failing",
  replicas: "failing",
  "read-only": "read-only",
  full: "full",
};

export function faultOf(error: unknown): StoreFault {
  if (error instanceof AppError && error.code === "store-locked") return "locked";
  if (error instanceof AppError && error.code === "store-newer") return "newer";
  const told = serverFaultOf(error);
  if (told !== null) return OF_SERVER[told];
  const words = wordsOf(error);
  if (FULL.test(words)) return "full";
  if (UNREACHABLE.test(words)) return "unreachable";
  if (READ_ONLY.test(words)) return "read-only";
  if (SHORT.test(words)) return "failing";
  if (DAMAGED.test(words)) return "damaged";
  return "failing";
}

/** The parts that an error names, as `table` and `part`: "(while reading from part …/ in table …". */
export function damagedParts(error: unknown): { table: string; part: string }[] {
  const found = wordsOf(error).matchAll(
    /from part \S*?\/([A-Za-z0-9_-]+)\/? in table (?:\w+\.)?(\w+)/g,
  );
  return [...found].map(([, part = "", table = ""]) => ({ table, part }));
}

/** Messages and codes of an error and of its causes. */
function wordsOf(error: unknown): string {
  const words: string[] = [];
  for (let at = error, depth = 0; at !== undefined && at !== null && depth < 5; depth += 1) {
    if (typeof at !== "object") return [...words, String(at)].join(" ");
    const { message, code, type, cause } = at as Record<string, unknown>;
    words.push(...[message, code, type].filter((one) => typeof one === "string"));
    at = cause;
  }
  return words.join(" ");
}
