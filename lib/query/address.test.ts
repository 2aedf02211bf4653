import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { blockBounds, blockText, compileBlock, ipv4TextPrefix, readBlock } from "./address";
import { arbitraryAddress } from "./arbitraries";

function contains(block: string, address: string): boolean {
  const read = readBlock(block);
  if (read === null) throw new Error(`${block} is no block.`);
  return compileBlock(read)(address);
}

describe("blocks of addresses", () => {
  it.each([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "10.0.0.2", false],
    ["0.0.0.0/0", "203.0.113.7", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["::/0", "203.0.113.7", true],
    ["255.255.255.255", "255.255.255.255", true],
    ["2001:db8::/32", "2001:db8:ffff::1", true],
    ["2001:db8::/33", "2001:db8:ffff::1", false],
    ["2001:db8::1", "2001:DB8:0:0::1", true],
    ["10.0.0.1", "::ffff:10.0.0.1", true],
    ["::ffff:10.0.0.0/104", "10.9.9.9", true],
    ["::405:607", "::4.5.6.7", true],
    ["4.5.6.7", "::4.5.6.7", false],
    ["64:ff9b::/96", "64:ff9b::10.0.0.1", true],
    ["10.0.0.0/8", "", false],
    ["::/0", "not an address", false],
    ["0.0.0.0/0", "010.0.0.1", false],
    ["0.0.0.0/0", "10.0.0", false],
    ["0.0.0.0/0", "10.0.0.0.1", false],
    ["0.0.0.0/0", "10..0.1", false],
  ])("%s holds “%s”: %s", (block, address, held) => {
    expect(contains(block, address)).toBe(held);
  });

  it.each([
    "",
    "x",
    "10.0.0",
    "10.0.0.1/",
    "10.0.0.1/33",
    "10.0.0.1/08",
    "::/129",
    "fe80::1%eth0",
    "1::2::3",
    ":::",
    ":",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "::10.0.0.1:1",
    "12345::",
    "g::",
  ])("does not read “%s”", (text) => {
    expect(readBlock(text)).toBeNull();
  });

  it.each([
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["2001:DB8:0::1", "2001:db8::1"],
    ["2001:db8::1/32", "2001:db8::/32"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["::ffff:10.0.0.1/104", "10.0.0.0/8"],
    ["::/0", "::/0"],
  ])("writes %s as %s", (text, canonical) => {
    expect(blockText(text)).toBe(canonical);
    expect(blockText(canonical)).toBe(canonical);
  });

  it.each([
    ["10.1.2.3", "10.1.2.3"],
    ["10.1.0.0/16", "10.1."],
    ["10.1.128.0/17", "10.1."],
    ["10.0.0.0/7", ""],
    ["0.0.0.0/0", ""],
    ["::/0", ""],
    ["::ffff:0:0/95", ""],
    ["2001:db8::/32", null],
    ["::1", null],
  ])("know how the IPv4 addresses in %s begin: “%s”", (text, prefix) => {
    const block = readBlock(text);
    expect(block !== null && ipv4TextPrefix(block)).toBe(prefix);
  });

  it.each([
    ["2001:db8::/32", "2001:db8:0:0:0:0:0:0", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["10.0.0.0/9", "0:0:0:0:0:ffff:a00:0", "0:0:0:0:0:ffff:a7f:ffff"],
    ["::1", "0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1"],
  ])("%s goes from %s to %s", (text, first, last) => {
    const block = readBlock(text);
    expect(block !== null && blockBounds(block)).toEqual({ first, last });
  });

  it("agrees with ipaddr.js on well-formed addresses of the block's family", () => {
    const blocks = fc.tuple(arbitraryAddress, fc.integer({ min: 0, max: 128 }));
    // ipaddr.js takes `::4.5.6.7` for the IPv4 address.
    const isOld = (address: string) => /^::\d+\.|^::$/.test(address);
    fc.assert(
      fc.property(blocks, arbitraryAddress, ([base, bits], address) => {
        fc.pre(!isOld(base) && !isOld(address));
        fc.pre(readBlock(`${base}/${bits}`) !== null && readBlock(address) !== null);
        fc.pre(base.includes(":") === address.includes(":"));
        const oracle = ipaddr.parse(address).match(ipaddr.parseCIDR(`${base}/${bits}`));
        expect(contains(`${base}/${bits}`, address)).toBe(oracle);
      }),
      { numRuns: 3_000 },
    );
  });
});
