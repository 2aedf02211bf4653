/**
 * The certificates of a connection to Relay: the server's, as it shows it, and our own, as it lies
 * on the disk. The server's is asked for on a connection of its own that nothing is sent over, so
 * that one which has expired or carries another name can be told as well.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { checkServerIdentity, connect, createSecureContext, type PeerCertificate } from "node:tls";
import type { Certificate, TlsReport } from "@/lib/drops/source-report";
import { messageOf } from "@/lib/errors";
import { cutText } from "./limits";
import type { RelayConnection, RelayTls } from "./relay-options";

const MAX_NAMES = 20;

/** Reads both; never rejects: what cannot be read is `problem`, in words. */
export async function readRelayCertificates(
  { address, tls, connectTimeoutMs }: RelayConnection,
  nowMs: number,
): Promise<TlsReport> {
  if (tls === null) return { mode: "plain" };
  const problems: string[] = [];
  const serverName = tls.serverName ?? (address.host === "" ? "localhost" : bare(address.host));
  const certificates: Certificate[] = [];
  let nameMatches: boolean | null = null;
  try {
    const shown = await askServer(address.target, serverName, tls, connectTimeoutMs);
    certificates.push(viewOf("server", new X509Certificate(shown.raw), ""));
    nameMatches = checkServerIdentity(serverName, shown) === undefined;
  } catch (error) {
    problems.push(`The server's certificate could not be read: ${messageOf(error)}.`);
  }
  if (tls.client !== null) {
    const { certFile } = tls.client;
    try {
      certificates.push(viewOf("client", new X509Certificate(readFileSync(certFile)), certFile));
    } catch (error) {
      problems.push(`Our own certificate could not be read from ${certFile}: ${messageOf(error)}.`);
    }
  }
  return {
    mode: "tls",
    serverName,
    verified: !tls.allowInsecure,
    nameMatches,
    certificates,
    problem: problems.join(" "),
    checked: new Date(nowMs).toISOString(),
  };
}

/** The certificate that a server shows. Nothing is verified, because nothing is sent. */
function askServer(
  target: string,
  serverName: string,
  { client }: RelayTls,
  timeoutMs: number,
): Promise<PeerCertificate> {
  const where = placeOf(target);
  const pair = client === null ? {} : usablePair(client);
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...where,
      ...pair,
      ...(isIP(serverName) === 0 && { servername: serverName }),
      ALPNProtocols: ["h2"],
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket.once("secureConnect", () => {
      const certificate = socket.getPeerCertificate();
      if (certificate.raw === undefined) end(() => reject(new Error("it shows none")));
      else end(() => resolve(certificate));
    });
    socket.once("timeout", () => end(() => reject(new Error("it did not answer in time"))));
    socket.once("error", (error) => end(() => reject(error)));
  });
}

/** Our own certificate and key; none where they cannot be used, because the server may not ask. */
function usablePair({ certFile, keyFile }: { certFile: string; keyFile: string }): {
  cert?: Buffer;
  key?: Buffer;
} {
  try {
    const pair = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    createSecureContext(pair);
    return pair;
  } catch {
    return {};
  }
}

function placeOf(target: string): { path: string } | { host: string; port: number } {
  if (target.startsWith("unix://")) return { path: target.slice("unix://".length) };
  const colon = target.lastIndexOf(":");
  return { host: bare(target.slice(0, colon)), port: Number(target.slice(colon + 1)) };
}

/** Without the brackets of an IPv6 address. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

function viewOf(of: Certificate["of"], read: X509Certificate, file: string): Certificate {
  return {
    of,
    subject: oneLine(read.subject),
    issuer: oneLine(read.issuer),
    names: (read.subjectAltName ?? "")
      .split(", ")
      .filter((name) => name !== "")
      .slice(0, MAX_NAMES)
      .map((name) => cutText(name.replace(/^(DNS|IP Address):/, ""))),
    notBefore: new Date(read.validFrom).toISOString(),
    notAfter: new Date(read.validTo).toISOString(),
    file,
  };
}

function oneLine(text: string | undefined): string {
  return cutText((text ?? "").replaceAll("\n", ", "));
}
