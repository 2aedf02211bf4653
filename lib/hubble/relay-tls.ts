/**
 * The certificates of a relay's connection, read from their files anew for each connection, because
 * they rotate. A rotation that is caught half done, with a certificate and a key that do not belong
 * together, leaves the earlier ones in use.
 */
import { readFileSync } from "node:fs";
import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import type { RelayTls } from "./relay-options";

/** Certificates that cannot be used; the message names the file and what to do. */
export class CertificateError extends Error {
  override name = "CertificateError";
}

/** What was read, so that it can be handed to another thread. */
export type RelayPems = {
  /** Null: the certificates that the system trusts. */
  ca: Uint8Array | null;
  key: Uint8Array | null;
  cert: Uint8Array | null;
  allowInsecure: boolean;
};

export type CredentialsSource = {
  /** Null: plain text. Throws `CertificateError` where there is nothing earlier to use. */
  read(): RelayPems | null;
  /** Why those of an earlier reading are used, in words; null when the files could be used. */
  readonly problem: string | null;
};

/** Credentials of a connection for as long as it is made again and again. Null: plain text. */
export function createCredentialsSource(tls: RelayTls | null): CredentialsSource {
  let good: RelayPems | null = null;
  let problem: string | null = null;
  return {
    read() {
      if (tls === null) return null;
      try {
        good = usablePems(tls);
        problem = null;
        return good;
      } catch (error) {
        if (!(error instanceof CertificateError) || good === null) throw error;
        problem = error.message;
        return good;
      }
    },
    get problem() {
      return problem;
    },
  };
}

/** @throws where they do not belong together. */
export function channelCredentials(pems: RelayPems | null): ChannelCredentials {
  if (pems === null) return credentials.createInsecure();
  const { ca, key, cert, allowInsecure } = pems;
  const verify = { rejectUnauthorized: !allowInsecure };
  return credentials.createSsl(bufferOf(ca), bufferOf(key), bufferOf(cert), verify);
}

/** Bytes that came from another thread are no Buffer any more. */
function bufferOf(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}

function usablePems(tls: RelayTls): RelayPems {
  const pems = {
    ca: tls.caFiles.length === 0 ? null : Buffer.concat(tls.caFiles.map(readCa)),
    key: tls.client === null ? null : readPem(tls.client.keyFile),
    cert: tls.client === null ? null : readPem(tls.client.certFile),
    allowInsecure: tls.allowInsecure,
  };
  try {
    channelCredentials(pems);
    return pems;
  } catch (error) {
    const files = [...tls.caFiles, tls.client?.certFile, tls.client?.keyFile].filter(Boolean);
    throw new CertificateError(
      `cannot use the certificates in ${files.join(", ")}: ${textOf(error)}; check that each is PEM and that our certificate and key belong together`,
    );
  }
}

function readCa(file: string): Buffer {
  const pem = readPem(file);
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
  // OpenSSL would take such a file for an empty list, and trust nobody.
  throw new CertificateError(`${file} holds no certificate in PEM form`);
}

function readPem(file: string): Buffer {
  try {
    return Buffer.concat([readFileSync(file), Buffer.from("\n")]);
  } catch (error) {
    throw new CertificateError(
      `cannot read ${file}: ${textOf(error)}; check that it is mounted and readable`,
    );
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
