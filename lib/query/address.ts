/**
 * Addresses and CIDR blocks: read once, compared fast. An IPv4-mapped IPv6 address
 * (`::ffff:10.0.0.1`) is the same address as the IPv4 one.
 */
import ipaddr from "ipaddr.js";

/** 16 bytes; IPv4 in its IPv6-mapped form. */
type AddressBytes = readonly number[];

/** `prefix` counts bits of the 128, so IPv4's /8 is 104. Host bits are cleared. */
export type AddressBlock = { bytes: AddressBytes; prefix: number };

const MAPPED_BITS = 96;

/** Reads an address or `address/bits`; null when it is neither. */
export function readBlock(text: string): AddressBlock | null {
  const slash = text.indexOf("/");
  const written = slash < 0 ? text : text.slice(0, slash);
  const bytes = readAddress(written);
  if (bytes === null) return null;
  if (slash < 0) return { bytes, prefix: 128 };
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits)) return null;
  const isIpv4 = !written.includes(":");
  const bits = Number(digits);
  if (bits > (isIpv4 ? 32 : 128)) return null;
  const prefix = isIpv4 ? MAPPED_BITS + bits : bits;
  return { bytes: maskBytes(bytes, prefix), prefix };
}

/** Canonical text of an address or block: lower case, shortest form, host bits cleared. */
export function blockText(text: string): string | null {
  const block = readBlock(text);
  if (block === null) return null;
  const address = new ipaddr.IPv6([...block.bytes]);
  const isIpv4 = address.isIPv4MappedAddress() && block.prefix >= MAPPED_BITS;
  const written = isIpv4 ? address.toIPv4Address().toString() : address.toRFC5952String();
  if (!text.includes("/")) return written;
  return `${written}/${isIpv4 ? block.prefix - MAPPED_BITS : block.prefix}`;
}

/** First and last address of a block, as canonical IPv6 text, for engines that compare ranges. */
export function blockBounds(block: AddressBlock): { first: string; last: string } {
  const last = block.bytes.map((byte, at) => byte | (0xff >> keptBits(block.prefix, at)));
  return { first: ipv6Text(block.bytes), last: ipv6Text(last) };
}

/**
 * How the text of every IPv4 address in the block begins, in whole octets: `10.1.` for 10.1.0.0/16.
 * Empty when nothing is common; null when the block holds no IPv4 address.
 */
export function ipv4TextPrefix(block: AddressBlock): string | null {
  const mapped = { bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0], prefix: 96 };
  const bits = block.prefix - MAPPED_BITS;
  if (bits < 0) return blockContains(block, mapped.bytes) ? "" : null;
  if (!blockContains(mapped, block.bytes)) return null;
  const octets = block.bytes.slice(12, 12 + (bits >> 3));
  return octets.length === 4 ? octets.join(".") : octets.map((octet) => `${octet}.`).join("");
}

/** Compiles a test whether an address as text lies in the block. Other text never does. */
export function compileBlock(block: AddressBlock): (address: string) => boolean {
  const ipv4Bits = block.prefix - MAPPED_BITS;
  const isIpv4 = ipv4Bits >= 0 && ipv4TextPrefix(block) !== null;
  const mask = ipv4Bits <= 0 ? 0 : (-1 << (32 - ipv4Bits)) >>> 0;
  const base = ipv4Number(block.bytes);
  return (address) => {
    if (isIpv4 && !address.includes(":")) {
      const number = parseIpv4(address);
      return number >= 0 && (number & mask) >>> 0 === base;
    }
    const bytes = readAddress(address);
    return bytes !== null && blockContains(block, bytes);
  };
}

/** Zones (`fe80::1%eth0`) are not addresses of flows, nor are short or octal forms of IPv4. */
function readAddress(text: string): AddressBytes | null {
  if (text.includes(":")) return parseIpv6(text);
  const ipv4 = ipv4Bytes(text);
  return ipv4 === null ? null : [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...ipv4];
}

const LONGEST_IPV6 = 45;

/** Not ipaddr.js's: that one reads `::4.5.6.7`, which is `::405:607`, as the IPv4 address. */
function parseIpv6(text: string): number[] | null {
  if (text.length > LONGEST_IPV6) return null;
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head = null, tail = []] = halves.map((half, at) =>
    half === "" ? [] : groupBytes(half.split(":"), at === halves.length - 1),
  );
  if (head === null || tail === null) return null;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : null;
  return missing >= 2 ? [...head, ...new Array<number>(missing).fill(0), ...tail] : null;
}

/** The last group of an address may be an IPv4 address. */
function groupBytes(groups: readonly string[], isLast: boolean): number[] | null {
  const bytes: number[] = [];
  for (const [at, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const number = Number.parseInt(group, 16);
      bytes.push(number >> 8, number & 0xff);
    } else {
      const ipv4 = isLast && at === groups.length - 1 ? ipv4Bytes(group) : null;
      if (ipv4 === null) return null;
      bytes.push(...ipv4);
    }
  }
  return bytes;
}

function ipv4Bytes(text: string): number[] | null {
  const number = parseIpv4(text);
  return number < 0 ? null : [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff);
}

/** Four decimal parts without leading zeros as an unsigned number, or -1. */
function parseIpv4(text: string): number {
  let address = 0;
  let part = -1;
  let parts = 1;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return -1;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return -1;
    } else {
      if (digit !== -2 || part < 0 || parts === 4) return -1;
      address = address * 256 + part;
      part = -1;
      parts += 1;
    }
  }
  return parts === 4 && part >= 0 ? address * 256 + part : -1;
}

function ipv4Number(bytes: AddressBytes): number {
  return bytes.slice(12).reduce((number, byte) => number * 256 + byte, 0);
}

function blockContains(block: AddressBlock, address: AddressBytes): boolean {
  return block.bytes.every((byte, at) => {
    const shift = 8 - keptBits(block.prefix, at);
    return byte >> shift === (address[at] ?? 0) >> shift;
  });
}

function maskBytes(bytes: AddressBytes, prefix: number): number[] {
  return bytes.map((byte, at) => byte & (0xff00 >> keptBits(prefix, at)) & 0xff);
}

/** How many bits of byte `at` belong to the prefix. */
function keptBits(prefix: number, at: number): number {
  return Math.min(8, Math.max(0, prefix - at * 8));
}

function ipv6Text(bytes: AddressBytes): string {
  return new ipaddr.IPv6([...bytes]).toNormalizedString();
}
