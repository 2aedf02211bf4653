/**
 * The environment, parsed once. A wrong value stops the start with the variable's name, what was
 * given and what is allowed. Relay settings keep the Hubble CLI's own names and are read by
 * `lib/hubble`; the address to listen on is read by the launcher, before Next starts.
 */
import { z } from "zod";
import { AUTH_VARIABLES, type AuthConfig, readAuth } from "./config/auth";
import { DEMO_VARIABLES, type DemoConfig, readDemo } from "./config/demo";
import {
  type ClickHouseConfig,
  REPLICA_VARIABLES,
  type Role,
  readReplicas,
} from "./config/replicas";
import { type Environment, flag, list, readerOf, whole } from "./config/variable";
import { AppError } from "./errors";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

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

/** Of a text such as `1.5GiB`. */
function bytesOf(text: string): number {
  const powers: Record<string, number> = { M: 2, G: 3, T: 4 };
  const power = powers[text.replace(/[^MGT]/g, "")] ?? 0;
  return Math.floor(Number.parseFloat(text) * 1_024 ** power);
}

/** Of no topic that has a file of its own beside this one, in `config/`. */
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
} as const;

const NAMES = new Set(
  [VARIABLES, AUTH_VARIABLES, REPLICA_VARIABLES, DEMO_VARIABLES].flatMap((table) =>
    Object.keys(table),
  ),
);

/**
 * Reads the configuration.
 * @throws AppError `config` naming every wrong variable, one line each.
 */
export function parseConfig(environment: Environment): Config {
  const problems: string[] = [];
  const read = readerOf(VARIABLES, environment, problems);
  const demo = readDemo(environment, problems);
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
    ...readReplicas(environment, problems),
    logLevel: read("DROPLENS_LOG_LEVEL"),
    auth: readAuth(environment, problems),
    demo,
  };
  if (problems.length > 0) throw new AppError("config", problems.join("\n"));
  return config;
}

/** Names that begin with `DROPLENS_` but mean nothing here: most likely a slip of the keyboard. */
export function unknownVariables(environment: Environment): string[] {
  return Object.keys(environment).filter(
    (name) =>
      name.startsWith("DROPLENS_") &&
      !NAMES.has(name) &&
      // Kubernetes sets these for a Service of the name droplens.
      !/^DROPLENS_(PORT|SERVICE)(_|$)/.test(name),
  );
}
