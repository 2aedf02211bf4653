/**
 * Which `Host` a request may name. Without this a page of another site could have its name resolve
 * to 127.0.0.1 and read Droplens through the operator's own browser (DNS rebinding).
 */

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Host and port of a `Host` header, lower case; null when it is not one. */
function splitHost(header: string): { name: string; withPort: string } | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.exec(header);
  if (match?.[1] === undefined) return null;
  return { name: match[1].toLowerCase(), withPort: header.toLowerCase() };
}

/**
 * True if the header names loopback, the address the server listens on, or a configured host.
 * A configured host without a port allows every port.
 */
export function isAllowedHost(
  header: string | null,
  listen: string,
  allowed: readonly string[],
): boolean {
  const host = header === null ? null : splitHost(header);
  if (host === null) return false;
  if (LOOPBACK.has(host.name) || host.name === listen.toLowerCase()) return true;
  return allowed.some((entry) => {
    const wanted = entry.toLowerCase();
    return wanted === host.name || wanted === host.withPort;
  });
}
