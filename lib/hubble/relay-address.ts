/** Where a Relay is, as the Hubble command line writes it in `--server` and `HUBBLE_SERVER`. */

export type RelayAddress = {
  /** As gRPC wants it: `host:port` or `unix:///path`. */
  target: string;
  /** Host name, or empty for a socket. */
  host: string;
  /** `tls://` asks for TLS whatever else is set. */
  tls: boolean;
};

export type ParsedAddress = { address: RelayAddress } | { problem: string };

const EXAMPLE = "write it as host:port, for example hubble-relay.kube-system:80 or localhost:4245";

/** Reads `host:port`, `tls://host:port` or `unix:///path`. A problem is one line for a person. */
export function parseRelayAddress(text: string): ParsedAddress {
  const trimmed = text.trim();
  if (trimmed === "") return { problem: `the relay address is empty: ${EXAMPLE}` };
  if (trimmed.startsWith("unix:")) return parseSocket(trimmed);
  // Not repeated: a password may stand before it.
  if (trimmed.includes("@")) {
    return {
      problem:
        "an address holds no user: set HUBBLE_BASIC_AUTH_USERNAME and HUBBLE_BASIC_AUTH_PASSWORD",
    };
  }
  const [, scheme = "", rest = trimmed] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(trimmed) ?? [];
  if (scheme !== "" && scheme.toLowerCase() !== "tls") {
    return { problem: `"${trimmed}" begins with ${scheme}://, which is not gRPC's: ${EXAMPLE}` };
  }
  const [, host = "", port = ""] = /^(\[[^\]]+\]|[^:/\s]*):(\d+)$/.exec(rest) ?? [];
  if (host === "") return { problem: problemOf(trimmed, rest) };
  if (Number(port) < 1 || Number(port) > 65_535) {
    return { problem: `"${trimmed}" has port ${port}, which is not from 1 to 65535` };
  }
  return { address: { target: `${host}:${port}`, host, tls: scheme !== "" } };
}

function parseSocket(text: string): ParsedAddress {
  const path = text.replace(/^unix:(\/\/)?/, "");
  if (!path.startsWith("/") || path === "/") {
    return {
      problem: `"${text}" names no socket: write unix:// and a full path, for example unix:///var/run/cilium/hubble.sock`,
    };
  }
  return { address: { target: `unix://${path}`, host: "", tls: false } };
}

function problemOf(text: string, rest: string): string {
  if (/^:\d+$/.test(rest)) return `"${text}" has no host: ${EXAMPLE}`;
  if (/^[^:/\s]+$/.test(rest) || /^\[[^\]]+\]$/.test(rest))
    return `"${text}" has no port: ${EXAMPLE}`;
  if (rest.split(":").length > 2 && !rest.includes("[")) {
    return `"${text}" looks like an IPv6 address: put it in brackets, for example [::1]:4245`;
  }
  return `"${text}" is not an address: ${EXAMPLE}`;
}
