/**
 * The environment, parsed once. A wrong value stops the start with the variable's name, what was
 * given and what is allowed. Relay settings keep the Hubble CLI's own names and are read by
 * `lib/hubble`; the address to listen on is read by the launcher, before Next starts.
 */
import { z } from "zod";
import { AppError } from "./errors";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
const CILIUM_VERSIONS = ["1.18", "1.19", "1.20"] as const;

export type Config = {
  dataDir: string;
  /** How far apart in flow time a verdict and a drop event may be and still be one drop. */
  pairWindowMs: number;
  retentionDays: number;
  /** How many days from now an expectation may last at most; 0 for no maximum. */
  expectationMaxDays: number;
  /** Host names (with or without port) that requests may be addressed to, beside loopback. */
  allowedHosts: readonly string[];
  /** Address the server listens on; the launcher sets it. */
  host: string;
  logLevel: (typeof LOG_LEVELS)[number];
  demo: DemoConfig | null;
};

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

const flag = z
  .enum(["true", "false", "1", "0"])
  .transform((value) => value === "true" || value === "1");

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
  DROPLENS_EXPECTATION_MAX_DAYS: {
    schema: whole(0, 3_650),
    fallback: 365,
    allowed: "a whole number of days from 1 to 3650, or 0 for no maximum",
  },
  DROPLENS_ALLOWED_HOSTS: {
    schema: z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter((host) => host !== ""))
      .refine((hosts) => hosts.every((host) => /^[a-z0-9.:[\]-]+$/i.test(host))),
    fallback: [] as string[],
    allowed: "host names separated by commas, such as droplens.example.com",
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
    expectationMaxDays: read("DROPLENS_EXPECTATION_MAX_DAYS"),
    allowedHosts: read("DROPLENS_ALLOWED_HOSTS"),
    host: read("DROPLENS_HOST"),
    logLevel: read("DROPLENS_LOG_LEVEL"),
    demo: read("DROPLENS_DEMO") ? demo : null,
  };
  if (problems.length > 0) throw new AppError("config", problems.join("\n"));
  return config;
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
  problems.push(`${name} is ${JSON.stringify(given)}: it must be ${allowed}.`);
  return fallback;
}

/** Names that begin with `DROPLENS_` but mean nothing here: most likely a slip of the keyboard. */
export function unknownVariables(environment: Environment): string[] {
  const launcher = new Set(["DROPLENS_UNSAFE_NO_AUTH"]);
  return Object.keys(environment).filter(
    (name) =>
      name.startsWith("DROPLENS_") &&
      !(name in VARIABLES) &&
      !launcher.has(name) &&
      // Kubernetes sets these for a Service of the name droplens.
      !/^DROPLENS_(PORT|SERVICE)(_|$)/.test(name),
  );
}
