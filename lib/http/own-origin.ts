/**
 * Whether a request that changes something comes from our own pages. A browser says with `Origin`
 * which site a page is of; where it leaves that out, `Sec-Fetch-Site` says it, which no page can
 * forge. A sandboxed or redirected page is of no site (`null`) and is refused.
 */

/** The header must name the host that the request was made to, whatever stands before us for TLS. */
export function isOwnOrigin(headers: Headers): boolean {
  const origin = headers.get("origin");
  if (origin === null) return headers.get("sec-fetch-site") === "same-origin";
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const match = /^(https?):\/\/([^/\s?#@]+)$/i.exec(origin);
  const host = headers.get("host");
  if (match === null || host === null) return false;
  const port = match[1]?.toLowerCase() === "https" ? ":443" : ":80";
  return withoutPort(match[2] ?? "", port) === withoutPort(host, port);
}

/** A browser leaves its scheme's own port out of `Origin`; a proxy may put it into `Host`. */
function withoutPort(host: string, port: string): string {
  const lower = host.toLowerCase();
  return lower.endsWith(port) ? lower.slice(0, -port.length) : lower;
}
