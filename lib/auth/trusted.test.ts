import { describe, expect, it } from "vitest";
import { clientAddress, isLoopback, isTrusted } from "./trusted";

describe("isTrusted", () => {
  it.each<[string, string[]]>([
    ["10.1.2.3", ["10.1.0.0/16"]],
    ["::ffff:10.1.2.3", ["10.1.0.0/16"]],
    ["10.1.2.3", ["::ffff:10.1.0.0/112"]],
    ["::ffff:a01:203", ["10.1.2.3"]],
    ["2001:db8::7", ["10.0.0.0/8", "2001:db8::/32"]],
    ["fe80::1%eth0", ["fe80::/10"]],
    ["127.0.0.1", ["127.0.0.1"]],
    ["::1", ["::1"]],
  ])("%s lies in %j", (address, blocks) => {
    expect(isTrusted(address, blocks)).toBe(true);
  });

  it.each<[string, string[]]>([
    ["10.2.0.1", ["10.1.0.0/16"]],
    ["127.0.0.2", ["127.0.0.1"]],
    ["10.1.2.3", []],
    ["10.1.2.3", ["::/1"]],
    ["::1", ["127.0.0.0/8"]],
    ["", ["127.0.0.0/8"]],
    ["10.1", ["10.0.0.0/8"]],
    ["0x0a010203", ["10.0.0.0/8"]],
    ["10.1.2.3 ", ["10.0.0.0/8"]],
    ["unknown", ["10.0.0.0/8"]],
    ["10.1.2.3", ["nonsense"]],
  ])("%j does not lie in %j", (address, blocks) => {
    expect(isTrusted(address, blocks)).toBe(false);
  });
});

describe("isLoopback", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.8.8.8", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["10.0.0.1", false],
    ["", false],
  ])("%s: %s", (address, answer) => {
    expect(isLoopback(address)).toBe(answer);
  });
});

describe("clientAddress", () => {
  const trusted = ["10.0.0.0/8", "127.0.0.1"];
  it.each<[string, string, string | null, string]>([
    [
      "is the last one before trusted proxies",
      "127.0.0.1",
      "6.6.6.6, 203.0.113.9, 10.0.0.2",
      "203.0.113.9",
    ],
    ["is the peer that is not trusted, whatever it says", "203.0.113.1", "6.6.6.6", "203.0.113.1"],
    ["is the proxy that says no more", "127.0.0.1", null, "127.0.0.1"],
    [
      "is the last proxy that tells an address",
      "127.0.0.1",
      "6.6.6.6, nonsense, 10.0.0.2",
      "10.0.0.2",
    ],
    ["is empty where there is no address", "", "6.6.6.6", ""],
    [
      "is IPv4 where it is written as IPv6",
      "::ffff:127.0.0.1",
      "::ffff:203.0.113.9",
      "203.0.113.9",
    ],
  ])("%s", (_rule, peer, forwardedFor, client) => {
    expect(clientAddress(peer, forwardedFor, trusted)).toBe(client);
  });
});
