/**
 * Says in one line why Relay could not be reached or ended the stream, and what to do about it.
 * gRPC hides most causes in the text of UNAVAILABLE, so the text is what is looked at.
 */
import { status as GRPC } from "@grpc/grpc-js";
import type { RelayConnection } from "./relay-options";
import { CertificateError } from "./relay-tls";

/** Whether the error says that nothing answers at all. */
export function isUnreachable(error: unknown): boolean {
  const { code } = partsOf(error);
  return [-1, GRPC.UNAVAILABLE, GRPC.DEADLINE_EXCEEDED, GRPC.CANCELLED].includes(code);
}

type Rule = { found: RegExp; say: (about: About) => string };

type About = {
  where: string;
  match: RegExpExecArray;
  connection: RelayConnection;
};

/** One line naming the cause and the fix. Takes whatever was thrown. */
export function explainRelayError(error: unknown, connection: RelayConnection): string {
  if (error instanceof CertificateError) return capital(error.message);
  const where = connection.address.target;
  const { code, text } = partsOf(error);
  for (const rule of TEXT_RULES) {
    const match = rule.found.exec(text);
    if (match !== null) return rule.say({ where, match, connection });
  }
  return ofCode(code, text, where);
}

const TEXT_RULES: readonly Rule[] = [
  {
    found: /^the thread that reads relays ended: (.*)$|^the thread does not answer$/,
    say: ({ where, match }) =>
      `Droplens itself cannot read ${where}: its thread for relays ended or hangs${match[1] === undefined ? "" : ` (${match[1]})`}. One that ended is started anew; if this stays, restart Droplens and report it.`,
  },
  {
    found: /ECONNREFUSED/,
    say: ({ where }) =>
      `Connection refused at ${where}: nothing listens there. Check that Relay runs and the port is right (the service's is 80, or 443 with TLS; the pod's is 4245).`,
  },
  {
    found: /Name resolution failed|ENOTFOUND|EAI_AGAIN/,
    say: ({ where }) =>
      `The name in ${where} cannot be resolved. Check its spelling and namespace, for example hubble-relay.kube-system:80.`,
  },
  {
    found: /ENOENT|EACCES/,
    say: ({ where, match }) =>
      `The socket ${where} cannot be opened (${match[0]}). Check that it is mounted and that this user may open it.`,
  },
  {
    found: /ENETUNREACH|EHOSTUNREACH/,
    say: ({ where }) =>
      `No route to ${where}. Check the address and the network policies on the way; they must name the pod port, 4245.`,
  },
  {
    found: /wrong version number|packet length too long|record layer failure/i,
    say: ({ where }) =>
      `${where} answered without TLS, but TLS is on here. Switch it off (HUBBLE_TLS=false, no tls:// prefix) or use Relay's TLS port.`,
  },
  {
    found: /Host: (.*?)\. is not in the cert's altnames: (.*?)\.?$/,
    say: ({ where, match }) =>
      `${where} has a certificate for ${names(match[2])}, and the name expected is ${match[1]}. Set HUBBLE_TLS_SERVER_NAME to a name it covers${example(match[2])}.`,
  },
  {
    found: /ALTNAME_INVALID.*?:\s*(.*)/s,
    say: ({ where, match }) =>
      `${where} has a certificate for another name (${oneLine(match[1])}). Set HUBBLE_TLS_SERVER_NAME to a name it covers.`,
  },
  {
    found: /alert certificate required|alert handshake failure/i,
    say: ({ where, connection }) => clientCertificate(where, connection),
  },
  {
    found:
      /alert (certificate expired|unknown ca|bad certificate|certificate unknown|certificate revoked)/i,
    say: ({ where, match, connection }) =>
      `${where} refused our own client certificate${fileOf(connection)}: ${match[1]}. Renew it, or use one signed by Relay's CA.`,
  },
  {
    found: /certificate has expired|CERT_HAS_EXPIRED/,
    say: ({ where }) =>
      `The certificate of ${where} has expired. Renew Relay's server certificate (secret hubble-relay-server-certs) and restart Relay.`,
  },
  {
    found: /certificate is not yet valid|CERT_NOT_YET_VALID/,
    say: ({ where }) =>
      `The certificate of ${where} is not valid yet. Check the clocks of this machine and of the cluster.`,
  },
  {
    found:
      /self[- ]signed certificate|unable to verify|unable to get (local )?issuer|UNABLE_TO_|SELF_SIGNED/,
    say: ({ where, connection }) =>
      `The certificate of ${where} is signed by a CA that is not trusted here. Set HUBBLE_TLS_CA_CERT_FILES to Relay's ca.crt${trusted(connection)}.`,
  },
  {
    // The last is what gRPC makes of HTTP/2's ENHANCE_YOUR_CALM when the stream ends with it.
    found: /too_many_pings|ENHANCE_YOUR_CALM|Bandwidth exhausted/i,
    say: ({ where }) =>
      `${where} ended the connection because of too many pings. A proxy on the way may be adding them.`,
  },
  {
    found: /Received message larger than max \((\d+) vs\.? (\d+)\)/,
    say: ({ where, match }) =>
      `${where} sent a message of ${match[1]} bytes; the limit is ${match[2]}. It was counted and left out.`,
  },
  {
    found: /Protocol error/,
    say: ({ where }) =>
      `${where} does not speak gRPC (HTTP/2). Check the port, and that a proxy on the way passes HTTP/2.`,
  },
  {
    found: /Failed to connect|ECONNRESET|socket hang up|EPIPE|Connection dropped/,
    say: closedEarly,
  },
];

/** The other side closed the connection without a word: what that means depends on what we said. */
function closedEarly({ where, connection }: About): string {
  if (connection.tls === null) {
    return `${where} closed the connection. If it expects TLS, set HUBBLE_TLS=true; otherwise Relay is restarting or a proxy cut the connection.`;
  }
  if (connection.tls.client === null) {
    return `${where} closed the connection during the TLS handshake. If it asks for client certificates, set HUBBLE_TLS_CLIENT_CERT_FILE and HUBBLE_TLS_CLIENT_KEY_FILE; otherwise Relay is restarting.`;
  }
  return `${where} closed the connection during the TLS handshake. It may refuse our own client certificate${fileOf(connection)}: check its dates and that Relay's CA signed it.`;
}

function clientCertificate(where: string, connection: RelayConnection): string {
  if (connection.tls?.client) {
    return `${where} refused our own client certificate${fileOf(connection)}. Use one signed by Relay's CA.`;
  }
  return `${where} asks for a client certificate and we sent none. Set HUBBLE_TLS_CLIENT_CERT_FILE and HUBBLE_TLS_CLIENT_KEY_FILE, for example from the secret hubble-ui-client-certs.`;
}

function ofCode(code: number, text: string, where: string): string {
  switch (code) {
    case GRPC.UNIMPLEMENTED:
      return `${where} speaks gRPC but offers no Hubble flows (${text}). Check that the address is Relay's.`;
    case GRPC.DEADLINE_EXCEEDED:
      return `${where} did not answer in time. Relay may hang, or a firewall or network policy swallows the connection (it must admit pod port 4245).`;
    case GRPC.UNAUTHENTICATED:
    case GRPC.PERMISSION_DENIED:
      return `${where} does not let us in (${text}). Check HUBBLE_BASIC_AUTH_USERNAME and HUBBLE_BASIC_AUTH_PASSWORD.`;
    case GRPC.INVALID_ARGUMENT:
    case GRPC.UNKNOWN:
      return `${where} refused the request: ${text}. Check the allow and deny filters of this source.`;
    case GRPC.CANCELLED:
      return `${where} cancelled the stream: Relay is restarting.`;
    default:
      return `${where} ended the connection: ${text === "" ? "no reason given" : text}.`;
  }
}

function partsOf(error: unknown): { code: number; text: string } {
  if (typeof error !== "object" || error === null) return { code: -1, text: String(error) };
  const code: unknown = Reflect.get(error, "code");
  const details: unknown = Reflect.get(error, "details") ?? Reflect.get(error, "message");
  return { code: typeof code === "number" ? code : -1, text: oneLine(String(details ?? "")) };
}

/** Error text comes from the other side: one line of printable characters. */
function oneLine(text = ""): string {
  return text
    .replace(/\. Resolution note: *$/, "")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, 400);
}

/** `DNS:a, DNS:b` as a person would write it. */
function names(altNames = ""): string {
  return altNames.replace(/\b(DNS|IP Address):/g, "").trim() || "no name at all";
}

function example(altNames = ""): string {
  const [first = ""] = names(altNames).split(", ");
  return first.startsWith("*.") ? `, for example ui${first.slice(1)}` : "";
}

function fileOf(connection: RelayConnection): string {
  const file = connection.tls?.client?.certFile;
  return file === undefined ? "" : ` (${file})`;
}

function trusted(connection: RelayConnection): string {
  const files = connection.tls?.caFiles ?? [];
  return files.length === 0 ? "" : ` (now ${files.join(", ")})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
