/** The checks that only a relay can pass or fail: for files and pushed lines they do not apply. */
import { isRelay, type PreflightCheck, type PreflightInput } from "./preflight-check";

const NO_RELAY: Pick<PreflightCheck, "state" | "found"> = {
  state: "none",
  found: "Does not apply: this source is no relay.",
};

export function checkReachable(input: PreflightInput): PreflightCheck {
  const { state, message } = input;
  const found = ((): Pick<PreflightCheck, "state" | "found"> => {
    if (!isRelay(input)) return NO_RELAY;
    if (state === "connected") return { state: "passed", found: message || "Connected." };
    if (state === "connecting") return { state: "unknown", found: message || "Connecting." };
    return { state: "failed", found: message || "Not connected." };
  })();
  return {
    check: "reachable",
    title: "Relay reachable",
    ...found,
    why: "What Relay does not hand over is not seen here; its nodes remember some thousand events each.",
    fix: "",
    helm: [
      { name: "hubble.enabled", value: "true" },
      { name: "hubble.relay.enabled", value: "true" },
    ],
  };
}

export function checkTlsName(input: PreflightInput): PreflightCheck {
  return {
    check: "tls-name",
    title: "TLS name matches",
    ...tlsName(input),
    why: "A connection that is not verified may end at somebody else, who reads and makes up flows.",
    fix: "Set HUBBLE_TLS_SERVER_NAME (tlsServerName in the configuration file) to a name of the certificate.",
    helm: [{ name: "hubble.relay.tls.server.enabled", value: "true" }],
  };
}

function tlsName(input: PreflightInput): Pick<PreflightCheck, "state" | "found"> {
  const { tls } = input;
  if (!isRelay(input)) return NO_RELAY;
  if (tls === null || tls.mode === "plain") {
    return { state: "none", found: "Does not apply: the connection is plain text." };
  }
  const names = tls.certificates.find(({ of }) => of === "server")?.names.join(", ") ?? "";
  if (tls.nameMatches === null) {
    return {
      state: "unknown",
      found: tls.problem || "The server has not shown a certificate yet.",
    };
  }
  if (!tls.nameMatches) {
    return {
      state: "failed",
      found: `The certificate is for ${names || "no name"}; the name expected is ${tls.serverName}.`,
    };
  }
  if (!tls.verified) {
    return {
      state: "failed",
      found: `${tls.serverName} matches, but the certificate is not verified: HUBBLE_TLS_ALLOW_INSECURE is on.`,
    };
  }
  return { state: "passed", found: `${tls.serverName} is among ${names}.` };
}

const NAMED = 5;

export function checkNodes(input: PreflightInput): PreflightCheck {
  return {
    check: "nodes",
    title: "All nodes observed",
    ...nodes(input),
    why: "Drops on a node that Relay does not reach are missing, and nobody knows how many.",
    fix: "Relay must reach each node's port 4244; expired node certificates are a frequent cause.",
    helm: [
      { name: "hubble.tls.auto.enabled", value: "true" },
      { name: "hubble.tls.auto.method", value: "cronJob" },
    ],
  };
}

function nodes(input: PreflightInput): Pick<PreflightCheck, "state" | "found"> {
  const { nodesConnected, nodesUnavailable, unavailableNodes, state } = input;
  if (!isRelay(input)) {
    return { state: "none", found: "Does not apply: which nodes should write here is not known." };
  }
  if (state !== "connected" && state !== "silent") {
    return { state: "unknown", found: "Not known while Relay is not connected." };
  }
  const [refusing] = input.refusingNodes;
  if (refusing !== undefined) {
    const { length } = input.refusingNodes;
    const rest = length > 1 ? ` and ${length - 1} more` : "";
    return {
      state: "failed",
      found: `${refusing.name}${rest} refused the request: ${refusing.message || "no reason given"}.`,
    };
  }
  const all = nodesConnected + nodesUnavailable;
  if (all === 0) return { state: "unknown", found: "Relay has not named its nodes yet." };
  if (nodesUnavailable === 0) return { state: "passed", found: `${all} of ${all} nodes observed.` };
  const names = unavailableNodes.slice(0, NAMED).join(", ");
  const more = nodesUnavailable - Math.min(NAMED, unavailableNodes.length);
  const rest = names === "" ? "" : `: ${names}${more > 0 ? ` and ${more} more` : ""}`;
  return { state: "failed", found: `${nodesUnavailable} of ${all} nodes not observed${rest}.` };
}
