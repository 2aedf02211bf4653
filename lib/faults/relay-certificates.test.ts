/**
 * Faults of certificates, F28 to F32: whose it is and what is wrong with it is told, nothing is
 * accepted from a server that is not who it should be, and a rotation needs no restart. The words for
 * each cause are held to in lib/hubble/relay-tls.test.ts.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RelayTls } from "@/lib/hubble/relay-options";
import { type Authority, createAuthority, mountSecret, type Pair } from "./certificates";
import { freshFlow } from "./fresh";
import { type FaultSystem, type FaultSystemOptions, startFaultSystem } from "./system";

const NAME = "ui.hubble-relay.cilium.io";
const folder = mkdtempSync(join(tmpdir(), "droplens-certificates-"));
let ca: Authority;
let nextCa: Authority;
let server: Pair;
let client: Pair;
let nextClient: Pair;
let system: FaultSystem | null = null;

beforeAll(() => {
  ca = createAuthority(folder, "ca");
  nextCa = createAuthority(folder, "next-ca");
  server = ca.issue("relay", NAME);
  client = ca.issue("client", "client");
  nextClient = nextCa.issue("next-client", "client");
});

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(async () => {
  await system?.dispose();
  system = null;
});

async function start(options: FaultSystemOptions): Promise<FaultSystem> {
  system = await startFaultSystem(options);
  return system;
}

function tls(change: Partial<RelayTls> = {}): RelayTls {
  return { caFiles: [ca.caFile], client: null, serverName: NAME, allowInsecure: false, ...change };
}

/** A system whose relay cannot be reached by its certificates; it accepts whatever comes later. */
async function refused(pair: Pair, asks: boolean, withTls: RelayTls, words: string) {
  const one = await startFaultSystem({
    relay: { credentials: ca.serverWith(pair, asks) },
    follow: { tls: withTls },
  });
  one.relay.emit(freshFlow());
  const source = await one.until(
    words,
    ({ state, message }) => state === "disconnected" && message.includes(words),
  );
  expect(source.received).toBe(0);
  expect(one.relay.ledger.handed).toBe(0);
  const report = await one.until("certificates", (told) => told.tls !== null);
  await one.abandon();
  return report.tls;
}

describe("certificates", () => {
  it("F28 The server's certificate has expired: it is named, with its dates, and no flow is accepted", async () => {
    const expired = ca.issue("expired", NAME, -1);
    const report = await refused(expired, false, tls(), "has expired. Renew Relay's server");
    if (report?.mode !== "tls") throw new Error("no TLS told");
    const [shown] = report.certificates;
    expect(shown).toMatchObject({ of: "server", subject: "CN=expired", names: [NAME] });
    expect(Date.parse(shown?.notAfter ?? "")).toBeLessThan(Date.now());
  });

  it("F29 The certificate is for another name: the one expected and the one that came are told", async () => {
    const words = `has a certificate for ${NAME}, and the name expected is relay.example`;
    const report = await refused(server, false, tls({ serverName: "relay.example" }), words);
    expect(report).toMatchObject({ mode: "tls", serverName: "relay.example", nameMatches: false });
  });

  it("F30 Relay asks for our certificate and it is missing or expired: it is told that it is ours", async () => {
    await refused(server, true, tls(), "HUBBLE_TLS_CLIENT_CERT_FILE");
    const old = ca.issue("old-client", "client", -1);
    const report = await refused(server, true, tls({ client: old }), "our own client certificate");
    expect(JSON.stringify(report)).toContain(old.certFile);
  });

  it("F31 Files are exchanged as Kubernetes does: the stream goes on, new connections use the new ones", async () => {
    const secret = mountSecret(join(folder, "mounted"));
    secret.put({ caFile: ca.caFile, pair: client });
    const one = await start({
      relay: { credentials: ca.serverWith(server, true) },
      follow: { tls: tls({ caFiles: [secret.caFile], client: secret.pair }) },
    });
    one.relay.emit(freshFlow());
    await one.until("first", ({ stored }) => stored === 1);

    secret.put({ caFile: nextCa.caFile, pair: nextClient });
    one.relay.emit(freshFlow());
    await one.until("second, on the old stream", ({ stored }) => stored === 2);
    expect(one.relay.opened).toBe(1);

    one.relay.kill();
    const renewed = nextCa.issue("renewed", NAME);
    await one.relay.start(nextCa.serverWith(renewed, true));
    one.relay.emit(freshFlow());
    await one.until("third, on a new one", ({ stored }) => stored === 3);
  });

  it("F32 A rotation is half done, key and certificate do not belong together: the earlier pair is used", async () => {
    const secret = mountSecret(join(folder, "half"));
    secret.put({ caFile: ca.caFile, pair: client });
    const one = await start({
      relay: { credentials: ca.serverWith(server, true) },
      follow: { tls: tls({ caFiles: [secret.caFile], client: secret.pair }) },
    });
    one.relay.emit(freshFlow());
    await one.until("first", ({ stored }) => stored === 1);

    const later = ca.issue("later-client", "client");
    secret.put({ pair: { certFile: later.certFile, keyFile: client.keyFile } });
    one.relay.endStreams();
    const { message } = await one.until("told", (told) => told.message.includes("earlier"));
    expect(message).toContain("By earlier certificates, because we cannot use");
    expect(message).toContain("our certificate and key belong together");
    one.relay.emit(freshFlow());
    await one.until("second, with the old pair", ({ stored }) => stored === 2);
    const warnings = one.log.filter((line) => line.includes("earlier certificates"));
    expect(warnings).toHaveLength(1);

    secret.put({ pair: later });
    one.relay.endStreams();
    await one.until(
      "all well",
      (told) => told.state === "connected" && !told.message.includes("earlier"),
    );
  });
});
