/**
 * What a failure of a ClickHouse server means and what to do about it, in words. The numbers are
 * ClickHouse's own (src/Common/ErrorCodes.cpp). What is no failure of the server or of its settings
 * is a bug of ours and stays as it is.
 */
import { AppError, messageOf } from "@/lib/errors";
import type { ServerAddress } from "./server-address";

const SERVER_FAULTS = [
  /** Nobody answers at the address, or what answers speaks no HTTP. */
  "unreachable",
  /** No answer in time; what was asked may have been done. */
  "timeout",
  "tls",
  "sign-in",
  /** The database is not there, or not ours to see. */
  "database",
  /** The database has not the tables that were made in it. */
  "tables",
  /** The user lacks a right. */
  "access",
  "read-only",
  "full",
  /** The server has more to do than it takes. */
  "busy",
  /** Too few replicas, or no Keeper. */
  "replicas",
] as const;

export type ServerFault = (typeof SERVER_FAULTS)[number];

/** What a server's failure is of; null for an error that is none. */
export function serverFaultOf(error: unknown): ServerFault | null {
  if (!(error instanceof AppError)) return null;
  return SERVER_FAULTS.find((fault) => fault === error.extra.fault) ?? null;
}

const BY_CODE: Readonly<Record<string, ServerFault>> = {
  "60": "tables",
  "81": "database",
  "159": "timeout",
  "164": "read-only",
  "192": "sign-in",
  "193": "sign-in",
  "194": "sign-in",
  "195": "sign-in",
  "202": "busy",
  "209": "timeout",
  "210": "unreachable",
  "225": "replicas",
  "241": "busy",
  "242": "read-only",
  "243": "full",
  "252": "busy",
  "279": "replicas",
  "285": "replicas",
  "319": "replicas",
  "394": "timeout",
  "452": "access",
  "473": "busy",
  "497": "access",
  "516": "sign-in",
  "999": "replicas",
};

const TLS = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_OSSL|EPROTO)/;

/** As an AppError with `extra.fault` when it is the server's; otherwise the error itself. */
export function explainServerError(error: unknown, address: ServerAddress): unknown {
  if (error instanceof AppError) return error;
  const fault = faultOf(error);
  if (fault === null) return error;
  const words = `ClickHouse at ${address.url}: ${WORDS[fault](address, error)}`;
  return new AppError("store-unavailable", words, { cause: error, extra: { fault } });
}

function faultOf(error: unknown): ServerFault | null {
  const { code, message } = partsOf(error);
  if (/^\d+$/.test(code)) return BY_CODE[code] ?? null;
  if (TLS.test(code) || /certificate|SSL routines/i.test(message)) return "tls";
  if (/Timeout error|aborted a request|timed out/i.test(message)) return "timeout";
  if (code.startsWith("E") || code.startsWith("HPE_")) return "unreachable";
  if (/socket hang up|aborted|Premature close|EAI_AGAIN/i.test(message)) return "unreachable";
  // What answers with something else than ClickHouse's words is a proxy, or another service.
  return error instanceof Error && error.constructor === Error ? "unreachable" : null;
}

const WORDS: Record<ServerFault, (address: ServerAddress, error: unknown) => string> = {
  unreachable: ({ url }, error) =>
    `it does not answer (${short(error)}). Check DROPLENS_CLICKHOUSE_URL and the network; the port is that ` +
    `of ClickHouse's HTTP interface (8123, with TLS 8443), not of its own protocol (9000)${hintOf(url, error)}.`,
  timeout: (_, error) =>
    `no answer in time (${short(error)}). It is asked again; look at the server's load.`,
  tls: ({ caFile }, error) =>
    `no secure connection (${short(error)}). ` +
    (caFile === null
      ? "Name the authority that signed its certificate in DROPLENS_CLICKHOUSE_CA_FILE, and use the host name of the certificate."
      : "Check DROPLENS_CLICKHOUSE_CA_FILE, the host name of the certificate, and that the port speaks TLS."),
  "sign-in": ({ user, passwordFile }, error) =>
    `it does not let the user ${user} in (${short(error)}). Check DROPLENS_CLICKHOUSE_USER and ` +
    `${passwordFile === null ? "DROPLENS_CLICKHOUSE_PASSWORD" : `the password in ${passwordFile}`}.`,
  database: ({ database, cluster }) =>
    `there is no database ${database}, or the user may not see it. Create it (CREATE DATABASE ` +
    `${database}${cluster === null ? "" : ` ON CLUSTER ${cluster}`}), or name another in DROPLENS_CLICKHOUSE_DATABASE.`,
  tables: ({ database }, error) =>
    `the database ${database} lacks a table (${short(error)}). Bring it back from a backup, or begin ` +
    "anew in another database (DROPLENS_CLICKHOUSE_DATABASE).",
  access: ({ user }, error) =>
    `the user ${user} lacks a right (${short(error)}). docs/clickhouse.md lists what it needs.`,
  "read-only": (_, error) =>
    `it takes no writes (${short(error)}). The user, the table or the server is read-only: use the settings ` +
    "of a user that may write, or mend the server. It is tried again.",
  full: (_, error) => `its disk is full (${short(error)}). Make room there. It is tried again.`,
  busy: (_, error) => `it has too much to do (${short(error)}). It is tried again.`,
  replicas: (_, error) =>
    `its replicas or its Keeper are not there (${short(error)}). Look at system.replicas. It is tried again.`,
};

function hintOf(url: string, error: unknown): string {
  const { code, message } = partsOf(error);
  const isGarbled =
    code.startsWith("HPE_") || /socket hang up|ECONNRESET/.test(`${code} ${message}`);
  if (!isGarbled || !url.startsWith("http:")) return "";
  return ". A port that wants TLS needs https:// in the URL";
}

/** The code and the first words: an answer of a proxy may be a whole page. */
function short(error: unknown): string {
  const { code, message } = partsOf(error);
  const line = message.replaceAll(/\s+/g, " ").trim().replace(/\.$/, "").slice(0, 200);
  if (code === "" || line.includes(code)) return line;
  return `${/^\d+$/.test(code) ? `code ${code}: ` : `${code} `}${line}`.trim();
}

function partsOf(error: unknown): { code: string; message: string } {
  const code = (error as { code?: unknown } | null)?.code;
  if (error instanceof AggregateError) {
    // Every address of a host name was tried.
    const [first] = error.errors as unknown[];
    const inner = first === undefined ? { code: "", message: "" } : partsOf(first);
    return { code: typeof code === "string" ? code : inner.code, message: inner.message };
  }
  return { code: typeof code === "string" ? code : "", message: messageOf(error) };
}
