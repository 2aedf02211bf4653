import { describe, expect, it } from "vitest";
import { parseConfig, unknownVariables } from "./config";

describe("parseConfig", () => {
  it("needs nothing to be set", () => {
    expect(parseConfig({})).toMatchObject({ pairWindowMs: 1_000, retentionDays: 30, demo: null });
  });

  it("names the variable, what was given and what is allowed", () => {
    expect(() => parseConfig({ DROPLENS_RETENTION_DAYS: "a month" })).toThrow(
      'DROPLENS_RETENTION_DAYS is "a month": it must be a whole number of days from 1 to 3650.',
    );
  });

  it("names every wrong variable at once", () => {
    const wrong = { DROPLENS_PAIR_WINDOW_MS: "-1", DROPLENS_LOG_LEVEL: "loud" };
    expect(() => parseConfig(wrong)).toThrow(/DROPLENS_PAIR_WINDOW_MS.*\n.*DROPLENS_LOG_LEVEL/);
  });

  it("treats an empty value as unset", () => {
    expect(parseConfig({ DROPLENS_RETENTION_DAYS: "" }).retentionDays).toBe(30);
  });

  it("reads a replay only for the demo", () => {
    expect(parseConfig({ DROPLENS_DEMO_REPLAY: "/a" }).demo).toBeNull();
    const config = parseConfig({
      DROPLENS_DEMO: "true",
      DROPLENS_DEMO_REPLAY: "/a",
      DROPLENS_DEMO_SPEED: "2.5",
    });
    expect(config.demo?.replay).toEqual({ file: "/a", speed: 2.5, fromNow: false });
  });
});

describe("a sign-in by proxy", () => {
  const auth = (environment: Record<string, string>) =>
    parseConfig({ DROPLENS_AUTH: "proxy", ...environment }).auth;

  it("trusts the addresses that are named, and one header", () => {
    expect(auth({ DROPLENS_AUTH_TRUSTED: "127.0.0.1, 10.1.0.0/16 2001:db8::/32" })).toEqual({
      mode: "proxy",
      header: "x-forwarded-user",
      trusted: ["127.0.0.1", "10.1.0.0/16", "2001:db8::/32"],
    });
    const named = { DROPLENS_AUTH_TRUSTED: "::1", DROPLENS_AUTH_HEADER: "X-Auth-Request-User" };
    expect(auth(named)).toMatchObject({ header: "x-auth-request-user" });
  });

  it.each(["", " ", "0.0.0.0/0", "::/0", "::ffff:0:0/96", "127.0.0.1,0.0.0.0/0", "10.1", "proxy"])(
    "does not start trusting %j",
    (trusted) => {
      expect(() => auth({ DROPLENS_AUTH_TRUSTED: trusted })).toThrow("DROPLENS_AUTH_TRUSTED");
    },
  );

  it.each([
    ...["Host", "X_Forwarded_User", "a b", "Cookie", "Authorization", "Content-Length"],
    ...["Transfer-Encoding", "X-Forwarded-For", "X-Forwarded-Host", "Sec-Fetch-Site", "Accept"],
    ...["Referer", "X-Droplens-Caller"],
  ])("does not take %j for a name", (header) => {
    const environment = { DROPLENS_AUTH_TRUSTED: "::1", DROPLENS_AUTH_HEADER: header };
    expect(() => auth(environment)).toThrow("DROPLENS_AUTH_HEADER");
  });

  it("is off unless it is asked for", () => {
    expect(parseConfig({ DROPLENS_AUTH_TRUSTED: "::1" }).auth).toEqual({
      mode: "none",
      beyondLoopback: false,
    });
  });
});

describe("unknownVariables", () => {
  it("tells of a slip, and not of what Kubernetes sets for a Service named droplens", () => {
    const environment = {
      DROPLENS_DATADIR: "x",
      DROPLENS_PORT_3000_TCP: "tcp://10.0.0.1",
      DROPLENS_SERVICE_HOST: "",
    };
    expect(unknownVariables(environment)).toEqual(["DROPLENS_DATADIR"]);
  });
});

describe("a ClickHouse server", () => {
  const URL_ONLY = { DROPLENS_CLICKHOUSE_URL: "https://ch.example.com:8443" };

  it("needs its address alone", () => {
    expect(parseConfig(URL_ONLY)).toMatchObject({
      role: "all",
      clickhouse: {
        url: "https://ch.example.com:8443",
        user: "default",
        database: "droplens",
        cluster: null,
      },
    });
  });

  it.each(["http://me:s3cret@ch:8123", "me:s3cret@ch:8123", "https://me:s3cret@ch/?x"])(
    "is refused with a password in its address, which is not shown: %s",
    (url) => {
      const reading = () => parseConfig({ DROPLENS_CLICKHOUSE_URL: url });
      expect(reading).toThrow(/settings of their own/);
      expect(reading).not.toThrow(/s3cret/);
    },
  );

  it.each([
    [{ DROPLENS_CLICKHOUSE_PASSWORD: "a", DROPLENS_CLICKHOUSE_PASSWORD_FILE: "/b" }, /both set/],
    [{ DROPLENS_CLICKHOUSE_CERT_FILE: "/cert" }, /needs DROPLENS_CLICKHOUSE_KEY_FILE/],
    [{ DROPLENS_CLICKHOUSE_DATABASE: "a; DROP" }, /letters, digits and _/],
    [{ DROPLENS_CLICKHOUSE_CLUSTER: "a'b" }, /the name of a cluster/],
  ])("says what cannot be meant: %j", (more, words) => {
    expect(() => parseConfig({ ...URL_ONLY, ...more })).toThrow(words);
  });

  it("is what a setting of it needs", () => {
    expect(() => parseConfig({ DROPLENS_CLICKHOUSE_USER: "me" })).toThrow(
      /DROPLENS_CLICKHOUSE_USER is set, but not DROPLENS_CLICKHOUSE_URL/,
    );
  });

  it("is what roles need, for a data folder is one process's own", () => {
    expect(() => parseConfig({ DROPLENS_ROLE: "web" })).toThrow(/the only role with it is all/);
    expect(parseConfig({ ...URL_ONLY, DROPLENS_ROLE: "web" }).role).toBe("web");
  });
});
