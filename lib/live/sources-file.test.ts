import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseSources, readSources } from "./sources-file";

let folder: string;
let tokenFile: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "droplens-sources-"));
  tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "a-token-of-some-length\n");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parse = (yaml: string) => parseSources("sources.yaml", yaml);

describe("parseSources", () => {
  it("reads relays, files and push endpoints", () => {
    const specs = parse(`
sources:
  - id: eu
    relay:
      server: hubble-relay.eu:443
      tls: true
      timeout: 7s
      dnsAnswers: true
      denylist: [{ source_pod: ["kube-system/"] }]
  - id: logs
    file: { path: /var/run/cilium/hubble/events.log }
  - id: last-week
    file: { path: /tmp/week.jsonl.gz, once: true }
  - id: shipper
    push: { tokenFile: ${tokenFile} }
`);
    expect(specs).toMatchObject([
      {
        id: "eu",
        kind: "relay",
        settings: {
          address: { target: "hubble-relay.eu:443" },
          tls: { allowInsecure: false },
          connectTimeoutMs: 7_000,
          dnsAnswers: true,
        },
      },
      { id: "logs", kind: "file", path: "/var/run/cilium/hubble/events.log", mode: "follow" },
      { id: "last-week", kind: "file", mode: "once" },
      { id: "shipper", kind: "push", token: "a-token-of-some-length" },
    ]);
    const [eu] = specs;
    expect(eu?.kind === "relay" && eu.settings.deny).toHaveLength(1);
  });

  it("takes paths that are not full ones from the folder that the file lies in", () => {
    const yaml = `
sources:
  - id: eu
    relay:
      server: hubble-relay.eu:443
      tls: true
      tlsCaCertFiles: [ca.pem, /etc/ca.pem]
      tlsClientCertFile: tls/tls.crt
      tlsClientKeyFile: tls/tls.key
  - id: logs
    file: { path: events.log }
  - id: shipper
    push: { tokenFile: token }
`;
    expect(parseSources(join(folder, "sources.yaml"), yaml)).toMatchObject([
      {
        settings: {
          tls: {
            caFiles: [join(folder, "ca.pem"), "/etc/ca.pem"],
            client: {
              certFile: join(folder, "tls", "tls.crt"),
              keyFile: join(folder, "tls", "tls.key"),
            },
          },
        },
      },
      { path: join(folder, "events.log") },
      { token: "a-token-of-some-length" },
    ]);
  });

  it.each([
    ["sources: [", /line 1/],
    ["sources: []", /sources: /],
    ["other: 1", /sources/],
    ["sources: [{ id: Up, file: { path: a } }]", /sources\[0\]\.id: use a to z/],
    ["sources: [{ id: a }]", /exactly one of relay, file and push/],
    ["sources: [{ id: a, file: { path: a }, relay: { server: b:1 } }]", /exactly one/],
    ["sources: [{ id: a, file: { path: a, nonce: true } }]", /sources\[0\]\.file/],
    ["sources: [{ id: a, relay: { server: relay } }]", /sources\[0\]\.relay\.server is "relay"/],
    ["sources: [{ id: a, relay: { server: b:1, timeout: soon } }]", /relay\.timeout is "soon"/],
    ["sources: [{ id: a, file: { path: a } }, { id: a, file: { path: b } }]", /a is used twice/],
    ["sources: [{ id: a, push: { tokenFile: /nowhere/token } }]", /tokenFile: cannot read/],
  ])("refuses %s", (yaml, words) => {
    expect(() => parse(yaml)).toThrow(words);
    expect(() => parse(yaml)).toThrow(/^sources\.yaml: /);
  });

  it.each([
    ["can be guessed", "hunter2"],
    ["no header can carry: two lines", "a-token-of-some-length\nanother-token-of-length"],
    ["no header can carry: a blank", "a token of some length"],
    ["no header can carry: not ASCII", "ein-geheimes-schlüsselwort"],
    ["no header can carry: endless", "a".repeat(1_025)],
  ])("refuses a token that %s, and does not show it", (_why, token) => {
    const file = join(folder, "refused");
    writeFileSync(file, token);
    const reading = () => parse(`sources: [{ id: a, push: { tokenFile: ${file} } }]`);
    expect(reading).toThrow(/16 characters/);
    expect(reading).not.toThrow(token.slice(0, 10));
  });

  it("names every wrong place at once", () => {
    const yaml = "sources: [{ id: a, relay: { server: x } }, { id: b, relay: { server: y } }]";
    expect(() => parse(yaml)).toThrow(/sources\[0\][\s\S]*sources\[1\]/);
  });
});

describe("readSources", () => {
  it("names a file that cannot be read", () => {
    expect(() => readSources(join(folder, "none.yaml"))).toThrow(/DROPLENS_CONFIG: cannot read/);
  });
});
