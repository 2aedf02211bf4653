/** A source as the configuration names it: where its events come from. */
import { join } from "node:path";
import type { TlsReport } from "@/lib/drops/source-report";
import type { SourceSummary } from "@/lib/drops/view";
import { AppError } from "@/lib/errors";
import { positionFile } from "@/lib/hubble/file-position";
import { followFile } from "@/lib/hubble/follow-file";
import { parseRelayAddress } from "@/lib/hubble/relay-address";
import { readRelayCertificates } from "@/lib/hubble/relay-certificates";
import { followRelay } from "@/lib/hubble/relay-client";
import { type RelaySettings, relayOptionsFromEnv } from "@/lib/hubble/relay-env";
import type { RelayOptions } from "@/lib/hubble/relay-options";
import type { SourceEvent } from "@/lib/hubble/source-event";
import { type PushEndpoint, pushSource } from "./push-source";
import { readSources, type SourceSpec } from "./sources-file";

export type SourceSetup = {
  id: string;
  kind: SourceSummary["kind"];
  address: string;
  /** Events from `sinceMs` on (null: everything the source still has), until `signal` aborts. */
  follow(
    sinceMs: number | null,
    signal: AbortSignal,
    pace: Pace,
  ): AsyncIterable<readonly SourceEvent[]>;
  /** Where its flows are pushed to, for those that are not fetched. */
  push?: PushEndpoint;
  /** How a relay's connection is secured, as it is now. Never rejects. */
  certificates?(nowMs: number): Promise<TlsReport>;
};

/** For sources that can wait: when to go on, and when what they gave cannot be lost any more. */
export type Pace = {
  /** Resolves when there is room for more. */
  room(): Promise<void>;
  /** Resolves when everything given so far is stored; rejects when the store does not take it. */
  durable(): Promise<void>;
};

/** How a relay is followed: in which thread, and what tests change. */
export type MoreOptions = Partial<Omit<RelayOptions, keyof RelaySettings | "sinceMs">>;

/** Where Relay is when nothing is said: the Hubble CLI's own default. */
const DEFAULT_SERVER = "localhost:4245";

/**
 * The relay that the Hubble CLI's environment variables name.
 * @throws AppError `config` with a line for each wrong variable.
 */
export function relayFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  more: MoreOptions = {},
): SourceSetup {
  const server = environment.HUBBLE_SERVER || DEFAULT_SERVER;
  const read = relayOptionsFromEnv({ ...environment, HUBBLE_SERVER: server });
  if ("problems" in read) {
    const lines = read.problems.map(
      ({ variable, given, allowed }) =>
        `${variable} is ${JSON.stringify(given)}: it must be ${allowed}${allowed.endsWith(".") ? "" : "."}`,
    );
    throw new AppError("config", lines.join("\n"));
  }
  if (read.options === null) throw new AppError("config", "HUBBLE_SERVER is empty.");
  return relaySource("relay", "relay", read.options, more);
}

/**
 * The sources of a configuration file. `dataDir` keeps how far files have been read.
 * @throws AppError `config`.
 */
export function sourcesFromFile(
  path: string,
  dataDir: string,
  more: MoreOptions = {},
): readonly SourceSetup[] {
  return readSources(path).map((spec) => setupOf(spec, dataDir, more));
}

function setupOf(spec: SourceSpec, dataDir: string, more: MoreOptions): SourceSetup {
  if (spec.kind === "relay") return relaySource(spec.id, "relay", spec.settings, more);
  if (spec.kind === "push") return pushSource(spec.id, spec.token);
  const { id, path, mode } = spec;
  const memory = positionFile(join(dataDir, "sources", `${id}.json`));
  return {
    id,
    kind: "file",
    address: path,
    follow: (_sinceMs, signal, pace) => followFile({ path, mode, memory, ...pace }, signal),
  };
}

/** The demo relay in this process, spoken to over gRPC like any other. */
export function demoSource(address: string, more: MoreOptions = {}): SourceSetup {
  const parsed = parseRelayAddress(address);
  if ("problem" in parsed)
    throw new AppError("config", `The demo relay's address: ${parsed.problem}`);
  const none = { tls: null, basicAuth: null, allow: [], deny: [] };
  const settings = { connectTimeoutMs: 5_000, dnsAnswers: true };
  return relaySource("demo", "demo", { address: parsed.address, ...none, ...settings }, more);
}

export function relaySource(
  id: string,
  kind: SourceSummary["kind"],
  settings: RelaySettings,
  more: MoreOptions = {},
): SourceSetup {
  return {
    id,
    kind,
    address: settings.address.target,
    follow: (sinceMs, signal) => followRelay({ ...settings, sinceMs, ...more }, signal),
    certificates: (nowMs) => readRelayCertificates(settings, nowMs),
  };
}
