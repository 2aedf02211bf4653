/** For tests: a certificate authority of its own in a folder, by the `openssl` command. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServerCredentials } from "@grpc/grpc-js";

export type Authority = {
  /** The file of its own certificate. */
  readonly caFile: string;
  /** A key and a certificate for a name; `days` below zero: it expired so long ago. */
  issue(name: string, dnsName: string, days?: number): Pair;
  /** What a server needs to show a pair; `asks`: and to ask for one of ours. */
  serverWith(pair: Pair, asks?: boolean): ServerCredentials;
};

export type Pair = { certFile: string; keyFile: string };

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export function createAuthority(folder: string, name: string): Authority {
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const file = (of: string, kind: string) => join(folder, `${of}.${kind}`);
  openssl(
    ...["req", "-x509", ...NEW_KEY, "-days", "2", "-subj", `/CN=${name}`],
    ...["-keyout", `${name}.key`, "-out", `${name}.crt`],
  );
  return {
    caFile: file(name, "crt"),
    issue(leaf, dnsName, days = 2) {
      const files = ["-keyout", `${leaf}.key`, "-out", `${leaf}.csr`];
      openssl("req", ...NEW_KEY, "-subj", `/CN=${leaf}`, ...files);
      writeFileSync(file(leaf, "ext"), `subjectAltName=DNS:${dnsName}\n`);
      openssl(
        ...["x509", "-req", "-in", `${leaf}.csr`, "-CA", `${name}.crt`, "-CAkey", `${name}.key`],
        ...["-CAcreateserial", "-extfile", `${leaf}.ext`, "-days", String(days)],
        ...["-out", `${leaf}.crt`],
      );
      return { certFile: file(leaf, "crt"), keyFile: file(leaf, "key") };
    },
    serverWith(pair, asks = false) {
      const shown = {
        cert_chain: readFileSync(pair.certFile),
        private_key: readFileSync(pair.keyFile),
      };
      return ServerCredentials.createSsl(
        asks ? readFileSync(file(name, "crt")) : null,
        [shown],
        asks,
      );
    },
  };
}

export type Mounted = { caFile: string; pair: Pair };

/**
 * A secret as Kubernetes mounts it: files are links into `..data`, which is itself a link that is
 * exchanged in one step. Call the answer again to rotate.
 */
export function mountSecret(folder: string): Mounted & { put(files: Partial<Mounted>): void } {
  const data = join(folder, "..data");
  const names = ["ca.crt", "tls.crt", "tls.key"];
  let version = 0;
  mkdirSync(folder, { recursive: true });
  for (const name of names) symlinkSync(join("..data", name), join(folder, name));
  return {
    caFile: join(folder, "ca.crt"),
    pair: { certFile: join(folder, "tls.crt"), keyFile: join(folder, "tls.key") },
    put({ caFile, pair }) {
      const before = version === 0 ? null : join(folder, `..${version}`);
      version += 1;
      const next = join(folder, `..${version}`);
      mkdirSync(next);
      const given = [caFile, pair?.certFile, pair?.keyFile];
      names.forEach((name, at) => {
        const from = given[at] ?? (before === null ? undefined : join(before, name));
        if (from !== undefined) writeFileSync(join(next, name), readFileSync(from));
      });
      symlinkSync(`..${version}`, `${data}-new`);
      renameSync(`${data}-new`, data);
      if (before !== null) rmSync(before, { recursive: true });
    },
  };
}
