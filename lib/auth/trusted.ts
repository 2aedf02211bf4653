/** Addresses and the blocks they lie in; an IPv4 address written as IPv6 is the IPv4 address. */
import ipaddr from "ipaddr.js";

/** Whether the address lies in one of the blocks (`10.0.0.0/8`, `::1`). What is no address does not. */
export function isTrusted(address: string, blocks: readonly string[]): boolean {
  const parsed = readAddress(address);
  if (parsed === null) return false;
  return blocks.some((text) => {
    const block = readBlock(text);
    return block !== null && block[0].kind() === parsed.kind() && parsed.match(block);
  });
}

export function isLoopback(address: string): boolean {
  return readAddress(address)?.range() === "loopback";
}

/**
 * The client as trusted proxies tell it: from the end of `X-Forwarded-For`, the first address that
 * is not a trusted proxy's own. What stands before it anybody may have written.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | null,
  trusted: readonly string[],
): string {
  let client = peer;
  const chain = (forwardedFor ?? "").split(",").map((part) => part.trim());
  while (isTrusted(client, trusted)) {
    const before = readAddress(chain.pop() ?? "");
    if (before === null) break;
    client = before.toString();
  }
  return readAddress(client)?.toString() ?? "";
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

function readAddress(text: string): Address | null {
  const plain = text.replace(/%.*$/, "");
  // The library reads "10.1" and "0x7f000001" as well, which nobody means here.
  if (!plain.includes(":") && !/^\d{1,3}(\.\d{1,3}){3}$/.test(plain)) return null;
  return ipaddr.isValid(plain) ? ipaddr.process(plain) : null;
}

function readBlock(text: string): [Address, number] | null {
  const [base = "", length] = text.split("/");
  if (!ipaddr.isValid(base)) return null;
  const address = ipaddr.parse(base);
  const bits = length === undefined ? address.toByteArray().length * 8 : Number(length);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96) {
    return [address.toIPv4Address(), bits - 96];
  }
  return [address, bits];
}
