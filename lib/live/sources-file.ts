/**
 * The sources that a YAML file names (`DROPLENS_CONFIG`): several relays, exporter files, and
 * endpoints that log shippers push to. What a relay needs is said with the Hubble CLI's own names,
 * without `HUBBLE_`, and read by the same code as the environment's variables. Paths that are not
 * full ones begin in the file's own folder: the server's working directory is no place of a person's.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { AppError, messageOf } from "@/lib/errors";
import { type RelaySettings, relayOptionsFromEnv } from "@/lib/hubble/relay-env";

export type SourceSpec =
  | { id: string; kind: "relay"; settings: RelaySettings }
  | { id: string; kind: "file"; path: string; mode: "follow" | "once" }
  | { id: string; kind: "push"; token: string };

/** Key in the file and variable of the Hubble CLI. */
const RELAY_KEYS = {
  server: "HUBBLE_SERVER",
  tls: "HUBBLE_TLS",
  tlsServerName: "HUBBLE_TLS_SERVER_NAME",
  tlsCaCertFiles: "HUBBLE_TLS_CA_CERT_FILES",
  tlsClientCertFile: "HUBBLE_TLS_CLIENT_CERT_FILE",
  tlsClientKeyFile: "HUBBLE_TLS_CLIENT_KEY_FILE",
  tlsAllowInsecure: "HUBBLE_TLS_ALLOW_INSECURE",
  basicAuthUsername: "HUBBLE_BASIC_AUTH_USERNAME",
  timeout: "HUBBLE_TIMEOUT",
  allowlist: "HUBBLE_ALLOWLIST",
  denylist: "HUBBLE_DENYLIST",
  dnsAnswers: "DROPLENS_DNS_ANSWERS",
} as const;

/** It comes in a header, in which blanks and letters beyond ASCII do not arrive as they were sent. */
const TOKEN = /^[!-~]{16,1024}$/;
const ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

const text = z.string().min(1);
const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const filters = z
  .union([z.string(), z.array(z.record(z.string(), z.unknown()))])
  .transform((value) => (typeof value === "string" ? value : JSON.stringify(value)));
const relay = z.strictObject({
  server: text,
  tls: scalar.optional(),
  tlsServerName: text.optional(),
  tlsCaCertFiles: z.union([text, z.array(text).transform((files) => files.join(","))]).optional(),
  tlsClientCertFile: text.optional(),
  tlsClientKeyFile: text.optional(),
  tlsAllowInsecure: scalar.optional(),
  basicAuthUsername: text.optional(),
  /** A file, so that no secret stands in the configuration. */
  basicAuthPasswordFile: text.optional(),
  timeout: scalar.optional(),
  allowlist: filters.optional(),
  denylist: filters.optional(),
  /** Asks this relay for DNS answers too, to remember names of addresses. */
  dnsAnswers: scalar.optional(),
});
const file = z.strictObject({ path: text, once: z.boolean().default(false) });
const push = z.strictObject({ tokenFile: text });
const source = z
  .strictObject({
    id: z.string().regex(ID, "use a to z, 0 to 9 and -, at most 40, and begin with no -"),
    relay: relay.optional(),
    file: file.optional(),
    push: push.optional(),
  })
  .refine(
    (one) => [one.relay, one.file, one.push].filter((kind) => kind !== undefined).length === 1,
    "say exactly one of relay, file and push",
  );
const document = z.strictObject({ sources: z.array(source).min(1).max(64) });

type Source = z.infer<typeof source>;

/** @throws AppError `config` naming the file, and each wrong place with what it should be. */
export function readSources(path: string): readonly SourceSpec[] {
  return parseSources(path, readText(path, "DROPLENS_CONFIG"));
}

/** The same for a text that is read already; `path` is for the messages. */
export function parseSources(path: string, yaml: string): readonly SourceSpec[] {
  const lines = new LineCounter();
  const parsed = parseDocument(yaml, { lineCounter: lines, uniqueKeys: true });
  const [error] = parsed.errors;
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    throw wrong(path, [`line ${line}: ${error.message.split("\n")[0]}`]);
  }
  const checked = document.safeParse(parsed.toJS({ maxAliasCount: 10 }));
  if (!checked.success) {
    throw wrong(
      path,
      checked.error.issues.map((issue) => `${placeOf(issue.path)}: ${issue.message}`),
    );
  }
  const problems: string[] = [];
  const folder = dirname(resolve(path));
  const specs = checked.data.sources.map((one, index) =>
    specOf(withFullPaths(one, folder), index, problems),
  );
  const ids = specs.map((spec) => spec?.id ?? "");
  ids.forEach((id, index) => {
    if (id !== "" && ids.indexOf(id) < index)
      problems.push(`sources[${index}].id: ${id} is used twice`);
  });
  if (problems.length > 0) throw wrong(path, problems);
  return specs.filter((spec) => spec !== null);
}

function withFullPaths(one: Source, folder: string): Source {
  const full = (path: string) => resolve(folder, path);
  const maybe = (path: string | undefined) => (path === undefined ? undefined : full(path));
  const files = one.relay?.tlsCaCertFiles?.split(/[\s,]+/).filter((path) => path !== "");
  return {
    ...one,
    relay: one.relay && {
      ...one.relay,
      tlsCaCertFiles: files?.map(full).join(","),
      tlsClientCertFile: maybe(one.relay.tlsClientCertFile),
      tlsClientKeyFile: maybe(one.relay.tlsClientKeyFile),
      basicAuthPasswordFile: maybe(one.relay.basicAuthPasswordFile),
    },
    file: one.file && { ...one.file, path: full(one.file.path) },
    push: one.push && { tokenFile: full(one.push.tokenFile) },
  };
}

function specOf(one: Source, index: number, problems: string[]): SourceSpec | null {
  const place = `sources[${index}]`;
  if (one.relay !== undefined) {
    const settings = relayOf(one.relay, `${place}.relay`, problems);
    return settings === null ? null : { id: one.id, kind: "relay", settings };
  }
  if (one.file !== undefined) {
    return {
      id: one.id,
      kind: "file",
      path: one.file.path,
      mode: one.file.once ? "once" : "follow",
    };
  }
  const token = secretOf(one.push?.tokenFile ?? "", `${place}.push.tokenFile`, problems);
  if (token !== null && !TOKEN.test(token)) {
    problems.push(
      `${place}.push.tokenFile: the token must have 16 characters or more, up to 1024, of ASCII without blanks`,
    );
  }
  return { id: one.id, kind: "push", token: token ?? "" };
}

function relayOf(
  given: z.infer<typeof relay>,
  place: string,
  problems: string[],
): RelaySettings | null {
  const environment: Record<string, string | undefined> = {};
  for (const [key, variable] of Object.entries(RELAY_KEYS)) {
    environment[variable] = given[key as keyof typeof RELAY_KEYS];
  }
  if (given.basicAuthPasswordFile !== undefined) {
    const password = secretOf(
      given.basicAuthPasswordFile,
      `${place}.basicAuthPasswordFile`,
      problems,
    );
    environment.HUBBLE_BASIC_AUTH_PASSWORD = password ?? "";
  }
  const read = relayOptionsFromEnv(environment);
  if ("options" in read) return read.options;
  for (const { variable, given: value, allowed } of read.problems) {
    const key = Object.entries(RELAY_KEYS).find(([, name]) => name === variable)?.[0] ?? variable;
    problems.push(`${place}.${key} is ${JSON.stringify(value)}: it must be ${allowed}`);
  }
  return null;
}

function secretOf(path: string, place: string, problems: string[]): string | null {
  try {
    return readText(path, place).trim();
  } catch (error) {
    problems.push(messageOf(error));
    return null;
  }
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new AppError("config", `${what}: cannot read ${path}: ${messageOf(error)}.`);
  }
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.reduce<string>(
    (before, key) => (typeof key === "number" ? `${before}[${key}]` : `${before}.${String(key)}`),
    "",
  );
  return place.replace(/^\./, "") || "the file";
}

function wrong(path: string, problems: readonly string[]): AppError {
  return new AppError("config", problems.map((problem) => `${path}: ${problem}.`).join("\n"));
}
