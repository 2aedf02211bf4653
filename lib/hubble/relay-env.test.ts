import { describe, expect, it } from "vitest";
import { parseRelayAddress } from "./relay-address";
import { relayOptionsFromEnv } from "./relay-env";
import { parseFlowFilters } from "./relay-filters";

function problemsOf(env: Record<string, string>): string[] {
  const result = relayOptionsFromEnv({ HUBBLE_SERVER: "relay:80", ...env });
  return "problems" in result ? result.problems.map((problem) => problem.variable) : [];
}

function optionsOf(env: Record<string, string>) {
  const result = relayOptionsFromEnv(env);
  return "options" in result ? result.options : result.problems;
}

describe("parseRelayAddress", () => {
  it.each([
    ["hubble-relay.kube-system:80", "hubble-relay.kube-system:80", false],
    [" localhost:4245 ", "localhost:4245", false],
    ["tls://relay:443", "relay:443", true],
    ["[::1]:4245", "[::1]:4245", false],
    ["unix:///var/run/cilium/hubble.sock", "unix:///var/run/cilium/hubble.sock", false],
  ])("reads %s", (text, target, tls) => {
    expect(parseRelayAddress(text)).toMatchObject({ address: { target, tls } });
  });

  it.each([
    ["relay", "has no port"],
    ["tls://relay", "has no port"],
    [":4245", "has no host"],
    ["http://relay:80", "begins with http://"],
    ["relay:70000", "not from 1 to 65535"],
    ["relay:0", "not from 1 to 65535"],
    ["::1:4245", "in brackets, for example [::1]:4245"],
    ["relay:80/path", "is not an address"],
    ["unix://", "names no socket"],
    ["", "is empty"],
  ])("says what is wrong with %j, in words", (text, words) => {
    expect(parseRelayAddress(text)).toMatchObject({ problem: expect.stringContaining(words) });
  });
});

describe("relayOptionsFromEnv", () => {
  it("is nothing when no server is named", () => {
    expect(relayOptionsFromEnv({ HUBBLE_TLS: "true" })).toEqual({ options: null });
  });

  it("takes the Hubble command line's defaults", () => {
    expect(optionsOf({ HUBBLE_SERVER: "relay:80" })).toEqual({
      address: { target: "relay:80", host: "relay", tls: false },
      tls: null,
      basicAuth: null,
      connectTimeoutMs: 5000,
      allow: [],
      deny: [],
      dnsAnswers: false,
    });
  });

  it("reads every variable", () => {
    expect(
      optionsOf({
        HUBBLE_SERVER: "tls://relay:443",
        HUBBLE_TLS_CA_CERT_FILES: "/a.crt,/b.crt /c.crt",
        HUBBLE_TLS_CLIENT_CERT_FILE: "/t.crt",
        HUBBLE_TLS_CLIENT_KEY_FILE: "/t.key",
        HUBBLE_TLS_SERVER_NAME: "ui.hubble-relay.cilium.io",
        HUBBLE_TLS_ALLOW_INSECURE: "1",
        HUBBLE_BASIC_AUTH_USERNAME: "ops",
        HUBBLE_BASIC_AUTH_PASSWORD: " p ",
        HUBBLE_TIMEOUT: "1m0.5s",
        HUBBLE_DENYLIST: '{"source_pod":["a/"]} {"destination_port":["53"]}',
      }),
    ).toMatchObject({
      tls: {
        caFiles: ["/a.crt", "/b.crt", "/c.crt"],
        client: { certFile: "/t.crt", keyFile: "/t.key" },
        serverName: "ui.hubble-relay.cilium.io",
        allowInsecure: true,
      },
      basicAuth: { username: "ops", password: " p " },
      connectTimeoutMs: 60_500,
      deny: [{ source_pod: ["a/"] }, { destination_port: ["53"] }],
    });
  });

  it("names each variable that is wrong, what was given and what is allowed", () => {
    expect(relayOptionsFromEnv({ HUBBLE_SERVER: "relay", HUBBLE_TLS: "maybe" })).toEqual({
      problems: [
        { variable: "HUBBLE_SERVER", given: "relay", allowed: expect.stringContaining("no port") },
        { variable: "HUBBLE_TLS", given: "maybe", allowed: "true or false" },
      ],
    });
    expect(problemsOf({ HUBBLE_TIMEOUT: "5" })).toEqual(["HUBBLE_TIMEOUT"]);
    expect(problemsOf({ HUBBLE_ALLOWLIST: '{"verdicts":[]}' })).toEqual(["HUBBLE_ALLOWLIST"]);
  });

  it("refuses half a client certificate, and secrets in plain text", () => {
    expect(problemsOf({ HUBBLE_TLS: "true", HUBBLE_TLS_CLIENT_CERT_FILE: "/t.crt" })).toEqual([
      "HUBBLE_TLS_CLIENT_KEY_FILE",
    ]);
    const pair = { HUBBLE_TLS_CLIENT_CERT_FILE: "/c", HUBBLE_TLS_CLIENT_KEY_FILE: "/k" };
    expect(problemsOf(pair)).toEqual(["HUBBLE_TLS_CLIENT_CERT_FILE"]);
    expect(problemsOf({ HUBBLE_BASIC_AUTH_USERNAME: "ops" })).toEqual([
      "HUBBLE_BASIC_AUTH_USERNAME",
    ]);
  });

  it("does not repeat what may be a password in an address", () => {
    for (const server of [
      "ada:s3cret@relay:80x",
      "tls://ada:s3cret@relay",
      "ada:s3@cret@relay:80",
    ]) {
      const read = relayOptionsFromEnv({ HUBBLE_SERVER: server });
      expect("problems" in read).toBe(true);
      expect(JSON.stringify(read)).not.toMatch(/s3|cret/);
    }
  });

  it("never repeats a password", () => {
    const result = relayOptionsFromEnv({
      HUBBLE_SERVER: "relay:80",
      HUBBLE_BASIC_AUTH_PASSWORD: "s3cret",
    });
    expect(JSON.stringify(result)).toContain("HUBBLE_BASIC_AUTH_USERNAME");
    expect(JSON.stringify(result)).not.toContain("s3cret");
  });
});

describe("parseFlowFilters", () => {
  it("reads one, several and a list", () => {
    const read = (text: string) => {
      const parsed = parseFlowFilters(text);
      return "filters" in parsed ? parsed.filters.length : parsed.problem;
    };
    expect(read('{"uuid":["}{\\""]}')).toBe(1);
    expect(read('{"uuid":["a"]}{"uuid":["b"]},\n {"uuid":["c"]}')).toBe(3);
    expect(read('[{"uuid":["a"]},{}]')).toBe(2);
    expect(read("")).toBe(0);
    expect(read('{"uuid":')).toMatch(/^not JSON/);
    expect(read('{"verdict":["DROPED"]}')).toContain("flow.FlowFilter.verdict");
  });
});
