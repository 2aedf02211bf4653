/**
 * The Hubble command line's environment variables for one relay: same names, same meaning. Wrong
 * values are returned as problems, all at once, and never thrown.
 */
import type { FlowFilter } from "./generated/flow/flow";
import { parseRelayAddress } from "./relay-address";
import { parseFlowFilters } from "./relay-filters";
import { DEFAULT_CONNECT_TIMEOUT_MS, type RelayConnection, type RelayTls } from "./relay-options";

/** A variable that cannot be used. */
export type EnvProblem = { variable: string; given: string; allowed: string };

export type RelaySettings = RelayConnection & {
  allow: readonly FlowFilter[];
  deny: readonly FlowFilter[];
  /** Whether answers of DNS are asked for, to learn names of addresses. */
  dnsAnswers?: boolean;
};

/** `options` is null where `HUBBLE_SERVER` is not set: then no relay was asked for. */
export type RelayEnv = { options: RelaySettings | null } | { problems: EnvProblem[] };

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the settings of one relay from the environment. */
export function relayOptionsFromEnv(env: Env): RelayEnv {
  const reader = new EnvReader(env);
  const server = reader.text("HUBBLE_SERVER");
  if (server === "") return { options: null };
  const parsed = parseRelayAddress(server);
  if ("problem" in parsed) reader.problem("HUBBLE_SERVER", parsed.problem);
  const wantsTls = reader.flag("HUBBLE_TLS") || ("address" in parsed && parsed.address.tls);
  const settings = {
    tls: readTls(reader, wantsTls),
    basicAuth: readBasicAuth(reader, wantsTls),
    connectTimeoutMs: reader.durationMs("HUBBLE_TIMEOUT", DEFAULT_CONNECT_TIMEOUT_MS),
    allow: reader.filters("HUBBLE_ALLOWLIST"),
    deny: reader.filters("HUBBLE_DENYLIST"),
    // Ours, for the Hubble command line has no use for it.
    dnsAnswers: reader.flag("DROPLENS_DNS_ANSWERS"),
  };
  if ("problem" in parsed || reader.problems.length > 0) return { problems: reader.problems };
  return { options: { address: parsed.address, ...settings } };
}

function readTls(reader: EnvReader, wantsTls: boolean): RelayTls | null {
  const certFile = reader.text("HUBBLE_TLS_CLIENT_CERT_FILE");
  const keyFile = reader.text("HUBBLE_TLS_CLIENT_KEY_FILE");
  if ((certFile === "") !== (keyFile === "")) {
    const missing = certFile === "" ? "HUBBLE_TLS_CLIENT_CERT_FILE" : "HUBBLE_TLS_CLIENT_KEY_FILE";
    reader.problem(missing, "a file: certificate and key only work together");
  }
  if (!wantsTls && certFile !== "") {
    reader.problem("HUBBLE_TLS_CLIENT_CERT_FILE", "nothing unless HUBBLE_TLS is true");
  }
  const allowInsecure = reader.flag("HUBBLE_TLS_ALLOW_INSECURE");
  if (!wantsTls) return null;
  const serverName = reader.text("HUBBLE_TLS_SERVER_NAME");
  return {
    caFiles: reader
      .text("HUBBLE_TLS_CA_CERT_FILES")
      .split(/[\s,]+/)
      .filter((file) => file !== ""),
    client: certFile === "" || keyFile === "" ? null : { certFile, keyFile },
    serverName: serverName === "" ? null : serverName,
    allowInsecure,
  };
}

function readBasicAuth(reader: EnvReader, wantsTls: boolean): RelayConnection["basicAuth"] {
  const username = reader.text("HUBBLE_BASIC_AUTH_USERNAME");
  const password = reader.secret("HUBBLE_BASIC_AUTH_PASSWORD");
  if (username === "" && password === "") return null;
  if (username === "") {
    reader.problem("HUBBLE_BASIC_AUTH_USERNAME", "a name, because a password is given");
  }
  if (!wantsTls) {
    reader.problem(
      "HUBBLE_BASIC_AUTH_USERNAME",
      "nothing unless HUBBLE_TLS is true: a password is not sent in plain text",
    );
  }
  return { username, password };
}

/** Reads variables and collects what is wrong with them. */
class EnvReader {
  readonly problems: EnvProblem[] = [];
  private readonly env: Env;

  constructor(env: Env) {
    this.env = env;
  }

  text(variable: string): string {
    return (this.env[variable] ?? "").trim();
  }

  /** As it is: spaces may belong to it. */
  secret(variable: string): string {
    return this.env[variable] ?? "";
  }

  problem(variable: string, allowed: string): void {
    // Somebody may have put a password into an address.
    const given = this.text(variable).replace(/^.*@/s, "…@");
    this.problems.push({ variable, given, allowed });
  }

  flag(variable: string): boolean {
    const text = this.text(variable).toLowerCase();
    if (["1", "t", "true"].includes(text)) return true;
    if (!["", "0", "f", "false"].includes(text)) this.problem(variable, "true or false");
    return false;
  }

  /** Go's durations of one or more parts, such as `5s` or `1m30s`. */
  durationMs(variable: string, fallback: number): number {
    const text = this.text(variable);
    if (text === "") return fallback;
    if (/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
      const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
      let sum = 0;
      for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
        sum += Number(amount) * units[unit as keyof typeof units];
      }
      if (sum >= 1 && sum <= 600_000) return sum;
    }
    this.problem(variable, "a time from 1ms to 10m, for example 5s or 1m30s");
    return fallback;
  }

  filters(variable: string): readonly FlowFilter[] {
    const text = this.text(variable);
    if (text === "") return [];
    const parsed = parseFlowFilters(text);
    if ("filters" in parsed) return parsed.filters;
    this.problem(variable, `FlowFilter JSON (${parsed.problem})`);
    return [];
  }
}
