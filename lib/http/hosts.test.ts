import { describe, expect, it } from "vitest";
import { isAllowedHost } from "./hosts";

describe("isAllowedHost", () => {
  it.each(["localhost:3000", "127.0.0.1", "[::1]:3000", "LOCALHOST"])(
    "allows loopback as %s",
    (host) => {
      expect(isAllowedHost(host, "127.0.0.1", [])).toBe(true);
    },
  );

  it.each([
    null,
    "",
    "evil.test",
    "evil.test:3000",
    "127.0.0.1.evil.test",
    "localhost@evil.test",
    "a b",
  ])("refuses %s", (host) => expect(isAllowedHost(host, "127.0.0.1", [])).toBe(false));

  it("allows a configured name with any port, and a configured name and port with that one only", () => {
    expect(isAllowedHost("soc.example.com:8443", "0.0.0.0", ["soc.example.com"])).toBe(true);
    expect(isAllowedHost("soc.example.com:8443", "0.0.0.0", ["soc.example.com:443"])).toBe(false);
  });

  it("allows the address it listens on", () => {
    expect(isAllowedHost("10.1.2.3:3000", "10.1.2.3", [])).toBe(true);
  });
});
