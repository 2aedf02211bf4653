/**
 * The ClickHouse server in place of the embedded engine, and what each replica on it does: the
 * variables `DROPLENS_CLICKHOUSE…` and `DROPLENS_ROLE`.
 */
import { z } from "zod";
import { type Environment, readerOf } from "./variable";

export const ROLES = ["all", "web", "ingest"] as const;
/** Of several replicas on one server: `web` reads no sources, `ingest` shows nothing live. */
export type Role = (typeof ROLES)[number];

/** The files are read when the server is spoken to. */
export type ClickHouseConfig = {
  /** Scheme, host and port. */
  url: string;
  user: string;
  password: string;
  passwordFile: string | null;
  database: string;
  caFile: string | null;
  certFile: string | null;
  keyFile: string | null;
  cluster: string | null;
};

/** A password in it would be shown wherever the address is. */
function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  const isPlain = username === "" && password === "" && search === "" && hash === "";
  return /^https?:$/.test(protocol) && isPlain && pathname === "/";
}

export const REPLICA_VARIABLES = {
  DROPLENS_CLICKHOUSE_URL: {
    schema: z
      .string()
      .refine(isServerUrl)
      .transform((text) => new URL(text).origin),
    fallback: null,
    allowed:
      "an http:// or https:// address with host and port alone, such as https://clickhouse.example.com:8443; " +
      "user and password are settings of their own",
  },
  DROPLENS_CLICKHOUSE_USER: {
    schema: z.string().regex(/^[^:\s]{1,200}$/),
    fallback: "default",
    allowed: "a user's name without colons or blanks",
  },
  DROPLENS_CLICKHOUSE_PASSWORD: { schema: z.string(), fallback: "", allowed: "a password" },
  DROPLENS_CLICKHOUSE_PASSWORD_FILE: {
    schema: z.string().min(1),
    fallback: null,
    allowed: "a file with the password",
  },
  DROPLENS_CLICKHOUSE_DATABASE: {
    schema: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/),
    fallback: "droplens",
    allowed: "a name of letters, digits and _",
  },
  DROPLENS_CLICKHOUSE_CA_FILE: { schema: z.string().min(1), fallback: null, allowed: "a file" },
  DROPLENS_CLICKHOUSE_CERT_FILE: { schema: z.string().min(1), fallback: null, allowed: "a file" },
  DROPLENS_CLICKHOUSE_KEY_FILE: { schema: z.string().min(1), fallback: null, allowed: "a file" },
  DROPLENS_CLICKHOUSE_CLUSTER: {
    schema: z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/),
    fallback: null,
    allowed: "the name of a cluster: letters, digits, _, - and .",
  },
  DROPLENS_ROLE: {
    schema: z.enum(ROLES),
    fallback: "all" as const,
    allowed: `one of ${ROLES.join(", ")}`,
  },
} as const;

export function readReplicas(
  environment: Environment,
  problems: string[],
): { clickhouse: ClickHouseConfig | null; role: Role } {
  const read = readerOf(REPLICA_VARIABLES, environment, problems);
  const before = problems.length;
  const url = read("DROPLENS_CLICKHOUSE_URL");
  const role = read("DROPLENS_ROLE");
  const server = {
    user: read("DROPLENS_CLICKHOUSE_USER"),
    password: read("DROPLENS_CLICKHOUSE_PASSWORD"),
    passwordFile: read("DROPLENS_CLICKHOUSE_PASSWORD_FILE"),
    database: read("DROPLENS_CLICKHOUSE_DATABASE"),
    caFile: read("DROPLENS_CLICKHOUSE_CA_FILE"),
    certFile: read("DROPLENS_CLICKHOUSE_CERT_FILE"),
    keyFile: read("DROPLENS_CLICKHOUSE_KEY_FILE"),
    cluster: read("DROPLENS_CLICKHOUSE_CLUSTER"),
  };
  if (problems.length > before) return { clickhouse: null, role };
  if (url !== null) {
    problems.push(...misfitsOf(url, server));
    return { clickhouse: { url, ...server }, role };
  }
  if (role !== "all") {
    problems.push(
      `DROPLENS_ROLE is "${role}": the embedded store is one process's own, so the only role with it is all. ` +
        "Several replicas share a ClickHouse server, which DROPLENS_CLICKHOUSE_URL names.",
    );
  }
  for (const name of Object.keys(environment)) {
    if (name.startsWith("DROPLENS_CLICKHOUSE_") && name in REPLICA_VARIABLES && environment[name]) {
      problems.push(
        `${name} is set, but not DROPLENS_CLICKHOUSE_URL, which says where the server is.`,
      );
    }
  }
  return { clickhouse: null, role };
}

/** What cannot be meant together. */
function misfitsOf(url: string, server: Omit<ClickHouseConfig, "url">): string[] {
  const { password, passwordFile, caFile, certFile, keyFile } = server;
  const misfits: string[] = [];
  if (password !== "" && passwordFile !== null) {
    misfits.push(
      "DROPLENS_CLICKHOUSE_PASSWORD and DROPLENS_CLICKHOUSE_PASSWORD_FILE are both set. Set one of them.",
    );
  }
  if ((certFile === null) !== (keyFile === null) || (certFile !== null && caFile === null)) {
    misfits.push(
      "DROPLENS_CLICKHOUSE_CERT_FILE needs DROPLENS_CLICKHOUSE_KEY_FILE and DROPLENS_CLICKHOUSE_CA_FILE beside it.",
    );
  }
  if (caFile !== null && url.startsWith("http:")) {
    misfits.push(
      "DROPLENS_CLICKHOUSE_CA_FILE is set, but DROPLENS_CLICKHOUSE_URL begins with http://.",
    );
  }
  return misfits;
}
