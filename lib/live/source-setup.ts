/** A source as the configuration names it: where its events come from. */

import type { SourceSummary } from "@/lib/drops/view";
import { AppError } from "@/lib/errors";
import { parseRelayAddress } from "@/lib/hubble/relay-address";
import { followRelay } from "@/lib/hubble/relay-client";
import { type RelaySettings, relayOptionsFromEnv } from "@/lib/hubble/relay-env";
import type { SourceEvent } from "@/lib/hubble/source-event";

export type SourceSetup = {
  id: string;
  kind: SourceSummary["kind"];
  address: string;
  /** Events from `sinceMs` on (null: everything the source still has), until `signal` aborts. */
  follow(sinceMs: number | null, signal: AbortSignal): AsyncIterable<readonly SourceEvent[]>;
};

/** Where Relay is when nothing is said: the Hubble CLI's own default. */
const DEFAULT_SERVER = "localhost:4245";

/**
 * The relay that the Hubble CLI's environment variables name.
 * @throws AppError `config` with a line for each wrong variable.
 */
export function relayFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
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
  return relaySource("relay", "relay", read.options);
}

/** The demo relay in this process, spoken to over gRPC like any other. */
export function demoSource(address: string): SourceSetup {
  const parsed = parseRelayAddress(address);
  if ("problem" in parsed)
    throw new AppError("config", `The demo relay's address: ${parsed.problem}`);
  const none = { tls: null, basicAuth: null, allow: [], deny: [] };
  const settings = { connectTimeoutMs: 5_000, requestTimeoutMs: 12_000 };
  return relaySource("demo", "demo", { address: parsed.address, ...none, ...settings });
}

function relaySource(
  id: string,
  kind: SourceSummary["kind"],
  settings: RelaySettings,
): SourceSetup {
  return {
    id,
    kind,
    address: settings.address.target,
    follow: (sinceMs, signal) => followRelay({ ...settings, sinceMs }, signal),
  };
}
