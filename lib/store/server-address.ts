/** Where a ClickHouse server is and how to sign in to it, as the settings say. */
import { readFileSync } from "node:fs";
import { AppError, messageOf } from "@/lib/errors";

export type ServerAddress = {
  /** Scheme, host and port; never with a password in it. */
  url: string;
  user: string;
  password: string;
  /** Read at each opening, so that a password that was changed needs no restart. */
  passwordFile: string | null;
  database: string;
  caFile: string | null;
  certFile: string | null;
  keyFile: string | null;
  /** Name of the cluster in `remote_servers`; null for one server. */
  cluster: string | null;
};

export type Credentials = {
  password: string;
  tls: { ca: Buffer; cert: Buffer | null; key: Buffer | null } | null;
};

/** @throws AppError `store-unavailable` naming the file that cannot be read. */
export function readCredentials(address: ServerAddress): Credentials {
  const { password, passwordFile, caFile, certFile, keyFile } = address;
  return {
    password:
      passwordFile === null
        ? password
        : read("DROPLENS_CLICKHOUSE_PASSWORD_FILE", passwordFile).toString("utf8").trimEnd(),
    tls:
      caFile === null
        ? null
        : {
            ca: read("DROPLENS_CLICKHOUSE_CA_FILE", caFile),
            cert: certFile === null ? null : read("DROPLENS_CLICKHOUSE_CERT_FILE", certFile),
            key: keyFile === null ? null : read("DROPLENS_CLICKHOUSE_KEY_FILE", keyFile),
          },
  };
}

function read(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new AppError(
      "store-unavailable",
      `${setting} names ${path}, which cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
}
