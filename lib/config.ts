/**
 * The environment, parsed once. A wrong value stops the start with the variable's name, what was
 * given and what is allowed. Relay settings keep the Hubble CLI's own names and are read by
 * `lib/hubble`; the address to listen on is read by the launcher, before Next starts.
 */
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { AppError } from "./errors";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
const CILIUM_VERSIONS = ["1.18", "1.19", "1.20"] as const;

export type Config = {
  dataDir: string;
  /** How far apart in flow time a verdict and a drop event may be and still be one drop. */
  pairWindowMs: number;
  retentionDays: number;
  /** Size of the store at which its oldest days go; null for a share of the disk. */
  retentionBytes: number | null;
  /** How many days from now an expectation may last at most; 0 for no maximum. */
  expectationMaxDays: number;
  /** Folder of YAML files with expectations; null when there is none. */
  expectationsDir: string | null;
  /** Host names (with or without port) that requests may be addressed to, beside loopback. */
  allowedHosts: readonly string[];
  /** Address the server listens on; the launcher sets it. */
  host: string;
  /** YAML that names the sources; null: the one that the Hubble CLI's variables name. */
  sourcesFile: string | null;
  /** How many hours a name of an address is remembered after it was last seen; 0: none is. */
  namesKeepHours: number;
  /** How large a file may be that a browser opens as a capture, and how long nobody may look at it. */
  captureMaxBytes: number;
  captureIdleHours: number;
  /** A ClickHouse server instead of the embedded engine; null for that. */
  clickhouse: ClickHouseConfig | null;
  role: Role;
  logLevel: (typeof LOG_LEVELS)[number];
  auth: AuthConfig;
  demo: DemoConfig | null;
};

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

/**
 * - `none`: whoever reaches us may do everything, and is whom they say they are. Only from this
 *   machine, unless `beyondLoopback`.
 * - `proxy`: a proxy signs people in and names them in `header` (lower case). That header counts from
 *   the addresses and blocks in `trusted` alone.
 */
export type AuthConfig =
  | { mode: "none"; beyondLoopback: boolean }
  | { mode: "proxy"; header: string; trusted: readonly string[] };

export type DemoConfig = {
  ciliumVersion: (typeof CILIUM_VERSIONS)[number];
  seed: number;
  /** Port of the demo relay; 0 lets the system choose. */
  relayPort: number;
  replay: { file: string; speed: number | null; fromNow: boolean } | null;
};

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max);

/** Of a text such as `1.5GiB`. */
function bytesOf(text: string): number {
  const powers: Record<string, number> = { M: 2, G: 3, T: 4 };
  const power = powers[text.replace(/[^MGT]/g, "")] ?? 0;
  return Math.floor(Number.parseFloat(text) * 1_024 ** power);
}

const flag = z
  .enum(["true", "false", "1", "0"])
  .transform((value) => value === "true" || value === "1");

const list = (text: string) => text.split(/[\s,]+/).filter((part) => part !== "");

/** Headers that browsers and servers fill themselves. */
const NOT_A_USER = new Set([
  "host",
  "cookie",
  "origin",
  "connection",
  "content-type",
  "user-agent",
]);

/** A password in it would be shown wherever the address is. */
function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  const isPlain = username === "" && password === "" && search === "" && hash === "";
  return /^https?:$/.test(protocol) && isPlain && pathname === "/";
}

/** An address, or a block of more than none of its bits: everybody is nobody to trust. */
function isBlock(text: string): boolean {
  const [base = "", length, ...more] = text.split("/");
  if (more.length > 0 || !ipaddr.isValid(base)) return false;
  if (!base.includes(":") && !/^\d{1,3}(\.\d{1,3}){3}$/.test(base)) return false;
  if (length === undefined) return true;
  const bits = base.includes(":") ? 128 : 32;
  // `::ffff:0:0/96` is all of IPv4.
  const isMapped = bits === 128 && ipaddr.IPv6.parse(base).isIPv4MappedAddress();
  const least = isMapped ? 97 : 1;
  return /^\d{1,3}$/.test(length) && Number(length) >= least && Number(length) <= bits;
}

/** One row a variable: how it is read, what it is when unset, and what to say when it is wrong. */
const VARIABLES = {
  DROPLENS_DATA_DIR: { schema: z.string().min(1), fallback: ".droplens/data", allowed: "a folder" },
  DROPLENS_PAIR_WINDOW_MS: {
    schema: whole(10, 60_000),
    fallback: 1_000,
    allowed: "a whole number of milliseconds from 10 to 60000",
  },
  DROPLENS_RETENTION_DAYS: {
    schema: whole(1, 3_650),
    fallback: 30,
    allowed: "a whole number of days from 1 to 3650",
  },
  DROPLENS_RETENTION_SIZE: {
    schema: z
      .string()
      .regex(/^\d+(\.\d+)?\s*(MiB|GiB|TiB)$/)
      .transform(bytesOf)
      .refine((bytes) => bytes >= 64 * 2 ** 20),
    fallback: null,
    allowed: "a size of at least 64MiB, such as 20GiB",
  },
  DROPLENS_EXPECTATION_MAX_DAYS: {
    schema: whole(0, 3_650),
    fallback: 365,
    allowed: "a whole number of days from 1 to 3650, or 0 for no maximum",
  },
  DROPLENS_EXPECTATIONS_DIR: { schema: z.string().min(1), fallback: null, allowed: "a folder" },
  DROPLENS_ALLOWED_HOSTS: {
    schema: z
      .string()
      .transform(list)
      .refine((hosts) => hosts.every((host) => /^[a-z0-9.:[\]-]+$/i.test(host))),
    fallback: [] as string[],
    allowed: "host names separated by commas, such as droplens.example.com",
  },
  DROPLENS_AUTH: {
    schema: z.enum(["none", "proxy"]),
    fallback: "none" as const,
    allowed: "none or proxy",
  },
  DROPLENS_AUTH_HEADER: {
    schema: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,99}$/i)
      .transform((name) => name.toLowerCase())
      .refine((name) => !NOT_A_USER.has(name)),
    fallback: "x-forwarded-user",
    allowed: "the name of a header that the proxy alone sets, such as X-Forwarded-User",
  },
  DROPLENS_AUTH_TRUSTED: {
    schema: z
      .string()
      .transform(list)
      .refine((blocks) => blocks.length > 0 && blocks.every(isBlock)),
    fallback: [] as string[],
    allowed:
      "addresses or blocks of the proxies, such as 127.0.0.1 or 10.1.0.0/16, not of everybody",
  },
  DROPLENS_UNSAFE_NO_AUTH: { schema: flag, fallback: false, allowed: "true or false" },
  DROPLENS_CONFIG: {
    schema: z.string().min(1),
    fallback: null,
    allowed: "a YAML file that names the sources",
  },
  DROPLENS_CAPTURE_MAX_MB: {
    schema: whole(1, 16_384),
    fallback: 512,
    allowed: "a whole number of megabytes from 1 to 16384",
  },
  DROPLENS_CAPTURE_IDLE_HOURS: {
    schema: whole(1, 168),
    fallback: 4,
    allowed: "a whole number of hours from 1 to 168",
  },
  DROPLENS_NAMES_KEEP_HOURS: {
    schema: whole(0, 2_160),
    fallback: 168,
    allowed: "a whole number of hours from 1 to 2160, or 0 to remember no names",
  },
  /** Read with the relay's own settings. */
  DROPLENS_DNS_ANSWERS: { schema: flag, fallback: false, allowed: "true or false" },
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
  DROPLENS_LOG_LEVEL: {
    schema: z.enum(LOG_LEVELS),
    fallback: "info" as const,
    allowed: `one of ${LOG_LEVELS.join(", ")}`,
  },
  DROPLENS_HOST: {
    schema: z.string().min(1),
    fallback: "127.0.0.1",
    allowed: "an address to listen on",
  },
  DROPLENS_DEMO: { schema: flag, fallback: false, allowed: "true or false" },
  DROPLENS_DEMO_CILIUM: {
    schema: z.enum(CILIUM_VERSIONS),
    fallback: "1.19" as const,
    allowed: `one of ${CILIUM_VERSIONS.join(", ")}`,
  },
  DROPLENS_DEMO_SEED: {
    schema: whole(0, 2 ** 31 - 1),
    fallback: 1,
    allowed: "a whole number from 0 to 2147483647",
  },
  DROPLENS_DEMO_PORT: {
    schema: whole(0, 65_535),
    fallback: 0,
    allowed: "a port from 0 to 65535 (0 lets the system choose)",
  },
  DROPLENS_DEMO_REPLAY: { schema: z.string().min(1), fallback: null, allowed: "a file" },
  DROPLENS_DEMO_SPEED: {
    schema: z
      .string()
      .regex(/^\d+(\.\d+)?$/)
      .transform(Number)
      .refine((value) => value > 0 && value <= 10_000),
    fallback: null,
    allowed: "a number above 0 and up to 10000",
  },
  DROPLENS_DEMO_FROM_NOW: { schema: flag, fallback: false, allowed: "true or false" },
} as const;

type Name = keyof typeof VARIABLES;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration.
 * @throws AppError `config` naming every wrong variable, one line each.
 */
export function parseConfig(environment: Environment): Config {
  const problems: string[] = [];
  const read = <N extends Name>(name: N) => readVariable(environment, name, problems);

  const replayFile = read("DROPLENS_DEMO_REPLAY");
  const speed = read("DROPLENS_DEMO_SPEED");
  const fromNow = read("DROPLENS_DEMO_FROM_NOW");
  const demo: DemoConfig = {
    ciliumVersion: read("DROPLENS_DEMO_CILIUM"),
    seed: read("DROPLENS_DEMO_SEED"),
    relayPort: read("DROPLENS_DEMO_PORT"),
    replay: replayFile === null ? null : { file: replayFile, speed, fromNow },
  };
  const config: Config = {
    dataDir: read("DROPLENS_DATA_DIR"),
    pairWindowMs: read("DROPLENS_PAIR_WINDOW_MS"),
    retentionDays: read("DROPLENS_RETENTION_DAYS"),
    retentionBytes: read("DROPLENS_RETENTION_SIZE"),
    expectationMaxDays: read("DROPLENS_EXPECTATION_MAX_DAYS"),
    expectationsDir: read("DROPLENS_EXPECTATIONS_DIR"),
    allowedHosts: read("DROPLENS_ALLOWED_HOSTS"),
    host: read("DROPLENS_HOST"),
    sourcesFile: read("DROPLENS_CONFIG"),
    captureMaxBytes: read("DROPLENS_CAPTURE_MAX_MB") * 1_000_000,
    captureIdleHours: read("DROPLENS_CAPTURE_IDLE_HOURS"),
    namesKeepHours: read("DROPLENS_NAMES_KEEP_HOURS"),
    ...readReplicas(read, environment, problems),
    logLevel: read("DROPLENS_LOG_LEVEL"),
    auth: readAuth(read, problems),
    demo: read("DROPLENS_DEMO") ? demo : null,
  };
  if (problems.length > 0) throw new AppError("config", problems.join("\n"));
  return config;
}

function readReplicas(
  read: <N extends Name>(name: N) => Read<N>,
  environment: Environment,
  problems: string[],
): Pick<Config, "clickhouse" | "role"> {
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
    if (name.startsWith("DROPLENS_CLICKHOUSE_") && name in VARIABLES && environment[name]) {
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

function readAuth(read: <N extends Name>(name: N) => Read<N>, problems: string[]): AuthConfig {
  const header = read("DROPLENS_AUTH_HEADER");
  const before = problems.length;
  const trusted = read("DROPLENS_AUTH_TRUSTED");
  const beyondLoopback = read("DROPLENS_UNSAFE_NO_AUTH");
  if (read("DROPLENS_AUTH") === "none") return { mode: "none", beyondLoopback };
  if (trusted.length === 0 && problems.length === before) {
    problems.push(
      `DROPLENS_AUTH is "proxy", which needs DROPLENS_AUTH_TRUSTED: ${VARIABLES.DROPLENS_AUTH_TRUSTED.allowed}.`,
    );
  }
  return { mode: "proxy", header, trusted };
}

type Read<N extends Name> =
  | z.output<(typeof VARIABLES)[N]["schema"]>
  | (typeof VARIABLES)[N]["fallback"];

function readVariable<N extends Name>(
  environment: Environment,
  name: N,
  problems: string[],
): Read<N> {
  const { schema, fallback, allowed } = VARIABLES[name];
  const given = environment[name];
  if (given === undefined || given === "") return fallback;
  const result = schema.safeParse(given);
  if (result.success) return result.data as Read<N>;
  // Somebody may have put a password into an address.
  const shown = JSON.stringify(given.replace(/^.*@/s, "…@"));
  problems.push(`${name} is ${shown}: it must be ${allowed}.`);
  return fallback;
}

/** Names that begin with `DROPLENS_` but mean nothing here: most likely a slip of the keyboard. */
export function unknownVariables(environment: Environment): string[] {
  return Object.keys(environment).filter(
    (name) =>
      name.startsWith("DROPLENS_") &&
      !(name in VARIABLES) &&
      // Kubernetes sets these for a Service of the name droplens.
      !/^DROPLENS_(PORT|SERVICE)(_|$)/.test(name),
  );
}
