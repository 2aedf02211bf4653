import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server as TcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerCredentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseRelayAddress } from "./relay-address";
import { openRelayChannel } from "./relay-channel";
import { followRelay } from "./relay-client";
import type { RelayTls } from "./relay-options";
import { sourceThread } from "./sample-thread";
import { type ScriptedRelay, send, startScriptedRelay } from "./scripted-relay";

const RELAY_NAME = "ui.hubble-relay.cilium.io";
const folder = mkdtempSync(join(tmpdir(), "droplens-tls-"));
const file = (name: string) => join(folder, name);
const relays: ScriptedRelay[] = [];
const thread = sourceThread();
const WAYS = [
  { way: "read here", openChannel: openRelayChannel },
  { way: "read in another thread", openChannel: thread.openChannel },
];
let openChannel = openRelayChannel;

beforeAll(() => {
  authority("ca");
  authority("other-ca");
  leaf("relay", "*.hubble-relay.cilium.io", 2);
  leaf("expired", RELAY_NAME, -1);
  leaf("client", "client", 2);
  leaf("old-client", "client", -1);
});

afterAll(async () => {
  await thread.stop();
  for (const relay of relays) relay.kill();
  rmSync(folder, { recursive: true });
});

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function authority(name: string): void {
  openssl(
    ...["req", "-x509", ...NEW_KEY, "-days", "2", "-subj", `/CN=${name}`],
    ...["-keyout", `${name}.key`, "-out", `${name}.crt`],
  );
}

function leaf(name: string, dnsName: string, days: number): void {
  openssl(
    "req",
    ...NEW_KEY,
    "-subj",
    `/CN=${name}`,
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.csr`,
  );
  writeFileSync(file("ext"), `subjectAltName=DNS:${dnsName}\n`);
  openssl(
    ...["x509", "-req", "-in", `${name}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key"],
    ...["-CAcreateserial", "-extfile", "ext", "-days", String(days), "-out", `${name}.crt`],
  );
}

function serverCredentials(name: string, askForClient = false): ServerCredentials {
  const pair = {
    cert_chain: readFileSync(file(`${name}.crt`)),
    private_key: readFileSync(file(`${name}.key`)),
  };
  const ca = askForClient ? readFileSync(file("ca.crt")) : null;
  return ServerCredentials.createSsl(ca, [pair], askForClient);
}

async function relayWith(credentials?: ServerCredentials): Promise<number> {
  const relay = await startScriptedRelay({
    stream: (stream) => send(stream, { flow: { uuid: "a", verdict: "DROPPED" } }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  relays.push(relay);
  return relay.port;
}

function tls(more: Partial<RelayTls> = {}): RelayTls {
  return {
    caFiles: [file("ca.crt")],
    client: null,
    serverName: RELAY_NAME,
    allowInsecure: false,
    ...more,
  };
}

const clientPair = (name: string) => ({
  certFile: file(`${name}.crt`),
  keyFile: file(`${name}.key`),
});

/** `flow` when one arrived, else the words of the first failure. */
async function outcome(port: number, withTls: RelayTls | null): Promise<string> {
  const parsed = parseRelayAddress(`localhost:${port}`);
  if ("problem" in parsed) return parsed.problem;
  const options = {
    address: parsed.address,
    tls: withTls,
    basicAuth: null,
    connectTimeoutMs: 5000,
    sinceMs: null,
    openChannel,
  };
  for await (const batch of followRelay(options, new AbortController().signal)) {
    for (const event of batch) {
      if (event.kind === "flow") return "flow";
      if (event.kind === "status" && event.state === "waiting") return event.words;
    }
  }
  return "ended";
}

describe.each(WAYS)("$way:", (way) => {
  beforeEach(() => {
    openChannel = way.openChannel;
  });

  it("a certificate under the expected name is accepted", async () => {
    expect(await outcome(await relayWith(serverCredentials("relay")), tls())).toBe("flow");
  });

  it("a wrong name says what was expected, what came, and a name that would do", async () => {
    const port = await relayWith(serverCredentials("relay"));
    expect(await outcome(port, tls({ serverName: null }))).toBe(
      `localhost:${port} has a certificate for *.hubble-relay.cilium.io, and the name expected is localhost. Set HUBBLE_TLS_SERVER_NAME to a name it covers, for example ui.hubble-relay.cilium.io.`,
    );
  });

  it("a certificate of an unknown CA names the setting", async () => {
    const port = await relayWith(serverCredentials("relay"));
    const words = await outcome(port, tls({ caFiles: [file("other-ca.crt")] }));
    expect(words).toContain(
      "signed by a CA that is not trusted here. Set HUBBLE_TLS_CA_CERT_FILES",
    );
    expect(await outcome(port, tls({ caFiles: [] }))).toContain("HUBBLE_TLS_CA_CERT_FILES");
  });

  it("an expired certificate is called so", async () => {
    const port = await relayWith(serverCredentials("expired"));
    expect(await outcome(port, tls())).toContain(
      `The certificate of localhost:${port} has expired.`,
    );
  });

  it("any certificate is accepted when verification is off", async () => {
    const port = await relayWith(serverCredentials("expired"));
    expect(await outcome(port, tls({ serverName: null, allowInsecure: true }))).toBe("flow");
  });

  it("TLS to a plain relay, and the reverse, name the setting to change", async () => {
    const plain = await relayWith();
    expect(await outcome(plain, tls())).toContain("answered without TLS, but TLS is on here");
    const secure = await relayWith(serverCredentials("relay"));
    expect(await outcome(secure, null)).toContain("If it expects TLS, set HUBBLE_TLS=true");
  });

  it("mutual TLS works with our certificate, and says whose is missing or refused", async () => {
    const port = await relayWith(serverCredentials("relay", true));
    expect(await outcome(port, tls({ client: clientPair("client") }))).toBe("flow");
    expect(await outcome(port, tls())).toMatch(/client certificates?.*HUBBLE_TLS_CLIENT_CERT_FILE/);
    for (const name of ["old-client", "other-ca"]) {
      const words = await outcome(port, tls({ client: clientPair(name) }));
      expect(words).toContain(`our own client certificate (${file(`${name}.crt`)})`);
    }
  });

  it("files that cannot be used are named, and read again at the next try", async () => {
    const port = await relayWith(serverCredentials("relay"));
    const caFiles = [file("mounted-later.crt")];
    expect(await outcome(port, tls({ caFiles }))).toMatch(
      /^Cannot read .*mounted-later.crt: ENOENT/,
    );
    writeFileSync(file("mounted-later.crt"), "not a certificate");
    expect(await outcome(port, tls({ caFiles }))).toContain("holds no certificate in PEM form");
    copyFileSync(file("ca.crt"), file("mounted-later.crt"));
    expect(await outcome(port, tls({ caFiles }))).toBe("flow");
    rmSync(file("mounted-later.crt"));
  });

  it("a certificate and key that do not belong together are named", async () => {
    const port = await relayWith(serverCredentials("relay"));
    const client = { certFile: file("client.crt"), keyFile: file("relay.key") };
    const words = await outcome(port, tls({ client }));
    expect(words).toContain(
      "check that each is PEM and that our certificate and key belong together",
    );
  });

  it("an address that does not speak gRPC, or no name at all, is called so", async () => {
    const http = await listen(
      createServer((socket) =>
        socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
      ),
    );
    expect(await outcome(http.port, null)).toContain("does not speak gRPC");
    http.server.close();
  });

  function listen(server: TcpServer): Promise<{ server: TcpServer; port: number }> {
    return new Promise((resolve) => {
      server.listen(0, "localhost", () => {
        const address = server.address();
        resolve({ server, port: typeof address === "object" ? (address?.port ?? 0) : 0 });
      });
    });
  }
});
