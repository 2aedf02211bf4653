import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server, type TlsOptions } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseRelayAddress } from "./relay-address";
import { readRelayCertificates } from "./relay-certificates";
import type { RelayTls } from "./relay-options";

const NAME = "ui.hubble-relay.cilium.io";
const folder = mkdtempSync(join(tmpdir(), "droplens-certificates-"));
const file = (name: string) => join(folder, name);
const servers: { close(): void }[] = [];
const NOW = Date.now();

beforeAll(() => {
  openssl(...NEW_KEY, "-x509", "-days", "40", "-subj", "/CN=ca", ...into("ca"));
  certificate("relay", "*.hubble-relay.cilium.io", 30);
  certificate("expired", NAME, -1);
  certificate("client", "client", 5);
});

afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

const NEW_KEY = [...["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]];
const into = (name: string) => ["-keyout", `${name}.key`, "-out", `${name}.crt`];

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}

/** Of our own authority; with days below zero it has expired. */
function certificate(name: string, dnsName: string, days: number): void {
  openssl(...NEW_KEY, "-subj", `/O=Cilium/CN=${name}`, "-keyout", `${name}.key`, "-out", "csr");
  writeFileSync(file("ext"), `subjectAltName=DNS:${dnsName}\n`);
  openssl(
    ...["x509", "-req", "-in", "csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"],
    ...["-extfile", "ext", "-days", String(days), "-out", `${name}.crt`],
  );
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function relayWith(name: string, more: TlsOptions = {}): Promise<number> {
  const pair = { cert: readFileSync(file(`${name}.crt`)), key: readFileSync(file(`${name}.key`)) };
  const server = createServer({ ...pair, ALPNProtocols: ["h2"], ...more });
  server.on("tlsClientError", () => undefined);
  server.on("secureConnection", (socket) => socket.on("error", () => undefined));
  return listen(server);
}

async function read(port: number, tls: Partial<RelayTls> | null, connectTimeoutMs = 5_000) {
  const parsed = parseRelayAddress(`127.0.0.1:${port}`);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const all = { caFiles: [], client: null, serverName: NAME, allowInsecure: false, ...tls };
  const report = await readRelayCertificates(
    {
      address: parsed.address,
      tls: tls === null ? null : all,
      basicAuth: null,
      connectTimeoutMs,
    },
    NOW,
  );
  if (report.mode === "plain") throw new Error("plain");
  return report;
}

it("reads subject, names and dates of the certificate that the server shows", async () => {
  const report = await read(await relayWith("relay"), {});
  expect(report).toMatchObject({
    serverName: NAME,
    nameMatches: true,
    problem: "",
    certificates: [
      { of: "server", subject: "O=Cilium, CN=relay", names: ["*.hubble-relay.cilium.io"] },
    ],
  });
  const days = (Date.parse(report.certificates[0]?.notAfter ?? "") - NOW) / 86_400_000;
  expect(days).toBeGreaterThan(29);
  expect(days).toBeLessThan(31);
});

it("reads one that has expired, which no verified connection would show", async () => {
  const report = await read(await relayWith("expired"), {});
  expect(report.nameMatches).toBe(true);
  expect(Date.parse(report.certificates[0]?.notAfter ?? "")).toBeLessThan(NOW);
});

it("tells that the name expected is not among the certificate's", async () => {
  const port = await relayWith("relay");
  expect((await read(port, { serverName: "relay.example.com" })).nameMatches).toBe(false);
  // Without a name set, the host of the address is expected.
  expect(await read(port, { serverName: null })).toMatchObject({
    serverName: "127.0.0.1",
    nameMatches: false,
  });
});

it("reads our own certificate too, and shows it to a server that asks", async () => {
  const client = { certFile: file("client.crt"), keyFile: file("client.key") };
  const ca = readFileSync(file("ca.crt"));
  const port = await relayWith("relay", { requestCert: true, rejectUnauthorized: true, ca });
  const report = await read(port, { client });
  expect(report.problem).toBe("");
  expect(report.certificates).toMatchObject([
    { of: "server" },
    { of: "client", subject: "O=Cilium, CN=client", file: file("client.crt") },
  ]);
});

it("says in words what could not be read, and still tells the rest", async () => {
  writeFileSync(file("broken.crt"), "no certificate");
  const client = { certFile: file("broken.crt"), keyFile: file("client.key") };
  const report = await read(1, { client });
  expect(report).toMatchObject({ nameMatches: null, certificates: [] });
  expect(report.problem).toMatch(/server's certificate could not be read.*ECONNREFUSED/);
  expect(report.problem).toContain(file("broken.crt"));
});

it("gives up on a server that does not answer", async () => {
  const port = await listen(createTcpServer((socket) => socket.on("error", () => undefined)));
  const report = await read(port, {}, 200);
  expect(report.problem).toMatch(/did not answer in time/);
});

it("has nothing to tell of a plain connection", async () => {
  await expect(read(1, null)).rejects.toThrow("plain");
});
